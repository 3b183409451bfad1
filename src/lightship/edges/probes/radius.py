"""radius://user@host - are subscribers let in? One Access-Request, signed, and an answer that proves whose it is.

RFC 2865, 2869 (Message-Authenticator); CVE-2024-3596, which is why it is asked for in both directions.
"""

import hashlib
import hmac
import os
import socket
import struct
from collections.abc import Iterator, Mapping

from lightship.edges.probes.datagram import exchange
from lightship.edges.probes.dialogue import shown
from lightship.edges.probes.probe import Check, Result
from lightship.edges.probes.stages import Course, Failed, resolve
from lightship.vocabulary.errors import BadInput

_HEAD = struct.Struct("!BBH16s")
REQUEST, ACCEPT, REJECT, CHALLENGE = 1, 2, 3, 11
USER_NAME, USER_PASSWORD, SERVICE_TYPE, REPLY_MESSAGE, NAS_IDENTIFIER, SIGNATURE = 1, 2, 6, 18, 32, 80
AUTHENTICATE_ONLY = 8
LONGEST_PASSWORD = 128


class RadiusProbe:
    """Up when the server lets the user in. The password is hidden by the shared secret (PAP), as RADIUS does it."""

    default_port = 1812
    options: Mapping[str, frozenset[str]] | None = {
        "nas": frozenset(), "message-authenticator": frozenset({"required", "optional"}),
    }  # fmt: skip
    takes_login = True

    def agree(self, check: Check) -> None:
        """Whatever is to be sent has to be there."""
        _complete(check)

    async def measure(self, check: Check) -> Result:
        """One request."""
        course = Course(check)
        try:
            address = (await resolve(course, socket.SOCK_DGRAM))[0]
            detail = await _asked(course, address)
        except Failed as failed:
            return course.down(failed)
        return course.up(detail)


def _complete(check: Check) -> None:
    """Raise BadInput for what cannot be asked."""
    place = repr(check.address)
    if not check.user or not check.secret:
        raise BadInput(place, "no user, or no password for it", "radius://USER@HOST, and `secret`")
    if not _shared(check):
        raise BadInput(
            place,
            "no secret that the server shares with us",
            "secrets: {shared: env:NAME}; with `check`: --secret shared=env:NAME",
        )
    if len(check.secret.value.encode()) > LONGEST_PASSWORD or len(check.user.encode()) > 253:
        raise BadInput(place, "a user or a password that is too long for RADIUS", "253 and 128 octets")


def _shared(check: Check) -> bytes:
    found = check.secrets.get("shared")
    return found.value.encode() if found is not None else b""


async def _asked(course: Course, address: tuple[int, tuple[object, ...]]) -> str:
    check, others = course.check, list[bytes]()
    question = request(check)

    def fits(data: bytes) -> bool:
        if is_answer(data, question, _shared(check)):
            return True
        others.append(data)
        return False

    try:
        said, _ = await exchange(course, address, question, fits)
    except Failed as failed:
        if failed.failure != "timeout":
            raise
        if others:
            raise Failed(
                "answer", "wrong-answer", "an answer came that is signed with another secret"
            ) from failed
        hint = "; servers keep silent to whom they do not know, and where the shared secret is wrong"
        raise Failed("answer", "timeout", failed.detail + hint) from failed
    return _judged(course, said)


def request(check: Check) -> bytes:
    """An Access-Request; its signature stands first, before anything that another could have chosen."""
    own = os.urandom(16)
    attributes = [
        (SIGNATURE, bytes(16)), (USER_NAME, check.user.encode()),
        (USER_PASSWORD, hidden(check.secret.value.encode(), _shared(check), own)),
        (NAS_IDENTIFIER, check.options.get("nas", "lightship").encode()[:253]),
        (SERVICE_TYPE, AUTHENTICATE_ONLY.to_bytes(4, "big")),
    ]  # fmt: skip
    body = b"".join(bytes([kind, len(value) + 2]) + value for kind, value in attributes)
    bare = _HEAD.pack(REQUEST, os.urandom(1)[0], _HEAD.size + len(body), own) + body
    signature = hmac.digest(_shared(check), bare, "md5")
    return bare[: _HEAD.size + 2] + signature + bare[_HEAD.size + 18 :]


def hidden(password: bytes, shared: bytes, own: bytes) -> bytes:
    """User-Password (RFC 2865, 5.2)."""
    padded = password.ljust(-(-max(1, len(password)) // 16) * 16, b"\0")
    before, found = own, b""
    for start in range(0, len(padded), 16):
        key = _md5(shared + before)
        before = bytes(a ^ b for a, b in zip(padded[start : start + 16], key, strict=True))
        found += before
    return found


def is_answer(data: bytes, question: bytes, shared: bytes) -> bool:
    """Whether this is an answer to the question by one who knows the secret (RFC 2865, 3; RFC 2869, 5.14)."""
    if len(data) < _HEAD.size or data[1] != question[1] or data[0] not in (ACCEPT, REJECT, CHALLENGE):
        return False
    _, _, length, proof = _HEAD.unpack_from(data)
    if not _HEAD.size <= length <= len(data):
        return False
    body, asked = data[_HEAD.size : length], question[4:20]
    if not hmac.compare_digest(proof, _md5(data[:4] + asked + body + shared)):
        return False
    for start, kind, value in attributes_of(body):
        if kind == SIGNATURE:
            bare = data[:4] + asked + body[: start + 2] + bytes(16) + body[start + 18 :]
            return len(value) == 16 and hmac.compare_digest(value, hmac.digest(shared, bare, "md5"))
    return True


def attributes_of(body: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Where each begins, what it is, and what it says; ends where it makes no sense any more."""
    start = 0
    while start + 2 <= len(body) and 2 <= body[start + 1] <= len(body) - start:
        yield start, body[start], body[start + 2 : start + body[start + 1]]
        start += body[start + 1]


def _judged(course: Course, said: bytes) -> str:
    told = {kind: value for _, kind, value in attributes_of(said[_HEAD.size :])}
    if SIGNATURE not in told and course.check.options.get("message-authenticator") != "optional":
        raise Failed(
            "answer", "not-protected",
            "the answer has no Message-Authenticator and may be forged (CVE-2024-3596): update the server",
        )  # fmt: skip
    word = shown(told.get(REPLY_MESSAGE, b"").decode("utf-8", "replace"))
    behind = f": {word}" if word else ""
    with course.at("login"):
        if said[0] == ACCEPT:
            return f"{course.check.user} is let in{behind}"
        more = "asks for more than a password" if said[0] == CHALLENGE else "does not let this user in"
        raise Failed("login", "login-refused", f"the server {more}{behind}")


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()
