"""One telephone: says requests, logs in when it is asked to, and answers what the other side asks in between.

RFC 3261; RFC 3581 (rport).
"""

import asyncio
import secrets
import time

import msgspec

from lightship import __version__
from lightship.edges.probes.dialogue import shown
from lightship.edges.probes.probe import Stage
from lightship.edges.probes.stages import Course, Failed
from lightship.edges.probes.voice.digest import Login, NoWayIn, chosen, parts
from lightship.edges.probes.voice.messages import Message, write
from lightship.edges.probes.voice.transport import Transport, answered
from lightship.vocabulary.signals import Failure

_ASKS = {401: ("www-authenticate", "Authorization"), 407: ("proxy-authenticate", "Proxy-Authorization")}
_KEPT = {"via": "Via", "from": "From", "to": "To", "call-id": "Call-ID", "cseq": "CSeq"}
_BUSY, _NO_ENTRY = (480, 486, 600, 503), (401, 403, 407)
Headers = list[tuple[str, str]]


class Line(msgspec.Struct):
    """What the requests of one call, or of one registration, have in common.

    Args:
        target: the URI that requests go to. own, other: From and To, with their tags. routes: the way there, in order.
    """

    target: str
    own: str
    other: str
    call: str
    number: int = 0
    routes: tuple[str, ...] = ()


class Answer(msgspec.Struct, frozen=True):
    """A final answer.

    Args:
        branch: of the transaction. rang_after: seconds until the first word on it that is more than "trying".
    """

    message: Message
    branch: str
    rang_after: float | None
    seconds: float


class Agent:
    """A telephone, on one transport. `domain`: whose numbers it calls."""

    def __init__(self, course: Course, transport: Transport, domain: str) -> None:
        self.course, self.transport, self.domain, self.hung_up = course, transport, domain, False
        self._logins: dict[int, Login] = {}
        host, port = transport.local
        self.host = f"[{host}]" if ":" in host else host
        user = course.check.user or "lightship"
        self.me = f"sip:{user}@{domain}"
        over = "" if transport.name == "UDP" else f";transport={transport.name.lower()}"
        self.contact = f"<sip:{user}@{self.host}:{port}{over}>"

    def line(self, target: str, other: str) -> Line:
        """A new one, to a URI."""
        own = f"<{self.me}>;tag={secrets.token_hex(6)}"
        return Line(target, own, f"<{other}>", f"{secrets.token_hex(12)}@lightship.invalid")

    async def ask(
        self, stage: Stage, method: str, line: Line, more: Headers, body: bytes = b"", spare: float = 0.0
    ) -> Answer:
        """Say a request until a final answer comes; where that asks who we are, say it again with a log-in.

        Args:
            spare: seconds of the measurement that are to be left when this has to be over.
        """
        tried = 0
        while True:
            answer = await self._once(stage, method, line, more, body, spare)
            if method == "INVITE" and answer.message.status >= 300:
                self.transport.send(self.written("ACK", line, answer.branch, to=answer.message.get("to")))
            if not self._may_log_in(answer.message, tried):
                return answer
            self._log_in(stage, answer.message)
            tried += 1

    def _may_log_in(self, answer: Message, tried: int) -> bool:
        """Once; and once more where the server says that only its nonce was stale."""
        if answer.status not in _ASKS or not self.course.check.user:
            return False
        stale = any(
            parts(each).get("stale", "").lower() == "true" for each in answer.all(_ASKS[answer.status][0])
        )
        return tried == 0 or (tried == 1 and stale)

    def _log_in(self, stage: Stage, answer: Message) -> None:
        check = self.course.check
        try:
            asked = chosen(answer.all(_ASKS[answer.status][0]))
        except NoWayIn as error:
            raise Failed(stage, "login-refused", shown(str(error))) from error
        self._logins[answer.status] = Login(check.options.get("login", check.user), check.secret.value, asked)

    async def _once(
        self, stage: Stage, method: str, line: Line, more: Headers, body: bytes, spare: float
    ) -> Answer:
        line.number += 1
        branch, began, rung = f"z9hG4bK{secrets.token_hex(8)}", time.monotonic(), list[float]()

        def other(message: Message) -> bool:
            if message.method:
                self.serve(message)
                return False
            if message.branch == branch and message.status > 100:
                rung.append(time.monotonic() - began)
            return message.branch == branch

        data = self.written(method, line, branch, more, body)
        with self.course.at(stage):
            try:
                async with asyncio.timeout(max(1.0, self.course.left() - spare)):
                    found = await answered(
                        self.transport, data, lambda m: m.branch == branch and m.status >= 200, other
                    )
            except BaseException:
                if method == "INVITE":  # nobody's telephone goes on ringing because we gave up
                    self.transport.send(self.written("CANCEL", line, branch))
                raise
        return Answer(found, branch, rung[0] if rung else None, time.monotonic() - began)

    def written(
        self,
        method: str,
        line: Line,
        branch: str,
        more: Headers | None = None,
        body: bytes = b"",
        to: str = "",
    ) -> bytes:
        """A request of a line. `to`: as the other side has completed it."""
        port = self.transport.local[1]
        headers = [
            ("Via", f"SIP/2.0/{self.transport.name} {self.host}:{port};branch={branch};rport"),
            ("Max-Forwards", "70"), *(("Route", each) for each in line.routes), ("From", line.own),
            ("To", to or line.other), ("Call-ID", line.call), ("CSeq", f"{line.number} {method}"),
            ("User-Agent", f"Lightship/{__version__} (probe{self._about()})"),
        ]  # fmt: skip
        if method not in ("ACK", "CANCEL"):
            headers += [
                (_ASKS[code][1], login.answer(method, line.target)) for code, login in self._logins.items()
            ]
        return write(f"{method} {line.target} SIP/2.0", headers + (more or []), body)

    def _about(self) -> str:
        contact = self.course.check.contact
        return f"; {contact}" if contact and contact.isprintable() else ""

    def serve(self, request: Message) -> None:
        """Answer what the other side asks. Its goodbye is heard; what we cannot do is refused."""
        if request.method == "ACK":
            return
        self.hung_up = self.hung_up or request.method == "BYE"
        can = request.method in ("BYE", "OPTIONS", "NOTIFY")
        first = "SIP/2.0 200 OK" if can else "SIP/2.0 501 Not Implemented"
        kept = [(_KEPT[name], value) for name, value in request.headers if name in _KEPT]
        self.transport.send(write(first, kept))


def expect(answer: Answer, stage: Stage) -> None:
    """Raise Failed unless it went well."""
    message = answer.message
    if 200 <= message.status < 300:
        return
    failure: Failure = "server-failed" if 500 <= message.status < 600 else "wrong-status"
    if message.status in _NO_ENTRY:
        failure = "login-refused"
    elif message.status in _BUSY:
        failure = "busy"
    raise Failed(stage, failure, shown(f"{message.status} {message.reason}"))
