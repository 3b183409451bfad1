"""smtp://, submission://, smtps:// - does a mail server greet, protect and let its users in?  RFC 5321, 3207, 4954."""

import base64
from collections.abc import Mapping

from lightship.edges.probes.dialogue import (
    MOST_LINES,
    STARTTLS,
    Dialogue,
    changes_over,
    may_log_in,
    shown,
    wrong,
)
from lightship.edges.probes.probe import Check, Result, Stage
from lightship.edges.probes.stages import Course, Failed
from lightship.vocabulary.signals import Failure

Answer = tuple[int, list[str]]


class SmtpProbe:
    """Up when the server greets, takes EHLO, changes over to TLS as asked and, where a user is named, logs it in.

    Nothing is sent, and no address is tried: for that there is the mail round trip.
    """

    default_port = 25
    options: Mapping[str, frozenset[str]] | None = STARTTLS
    takes_login = True

    async def measure(self, check: Check) -> Result:
        """From the greeting to QUIT."""
        talk = Dialogue(Course(check))
        try:
            greeting = await enter(talk)
            expect(await ask(talk, "answer", "QUIT"), 221, "answer")
        except Failed as failed:
            return talk.course.down(failed, talk.expires)
        finally:
            talk.close()
        return talk.course.up(shown(greeting), talk.expires)


async def enter(talk: Dialogue) -> str:
    """Connect, greet, change over to TLS as asked and log in where a user is named; what the server calls itself."""
    check = talk.course.check
    await talk.open(check.scheme == "smtps")
    greeting = await _answer(talk, "greeting")
    expect(greeting, 220, "greeting")
    offers = await _hello(talk)
    if not talk.protected and changes_over(check, "STARTTLS" in offers, check.scheme == "submission"):
        offers = await _start_tls(talk)
    if check.user:
        await _log_in(talk, offers)
    return greeting[1][0]


async def ask(talk: Dialogue, stage: Stage, text: str) -> Answer:
    """Say one line and hear the reply."""
    await talk.say(stage, text)
    return await _answer(talk, stage)


async def _answer(talk: Dialogue, stage: Stage) -> Answer:
    """One reply: lines of one code, the last with a space after it (RFC 5321, 4.2)."""
    lines: list[str] = []
    while len(lines) < MOST_LINES:
        line = await talk.hear(stage)
        if not (
            line[:3].isdigit() and line[:3].isascii() and len(line[:3]) == 3 and line[3:4] in ("", " ", "-")
        ):
            raise wrong(stage, "malformed", f"this is no SMTP reply: {line}")
        lines.append(line[4:])
        if line[3:4] != "-":
            return int(line[:3]), lines
    raise wrong(stage, "malformed", f"a reply of more than {MOST_LINES} lines")


def expect(answer: Answer, code: int, stage: Stage) -> None:
    """Raise Failed unless the reply has this code."""
    found, lines = answer
    if found == code:
        return
    failure: Failure = "busy" if 400 <= found < 500 else "wrong-status"
    raise wrong(stage, failure, f"{found} {lines[-1]}")


async def _hello(talk: Dialogue) -> dict[str, str]:
    """What the server offers: keyword -> parameters."""
    answer = await ask(talk, "greeting", "EHLO lightship.invalid")
    expect(answer, 250, "greeting")
    words = (line.strip().upper().partition(" ") for line in answer[1][1:])
    return {keyword: parameters for keyword, _, parameters in words}


async def _start_tls(talk: Dialogue) -> dict[str, str]:
    expect(await ask(talk, "tls", "STARTTLS"), 220, "tls")
    await talk.change_over()
    return await _hello(talk)


async def _log_in(talk: Dialogue, offers: Mapping[str, str]) -> None:
    check, ways = talk.course.check, offers.get("AUTH", "").split()
    may_log_in(check, talk.protected)
    if "PLAIN" in ways:
        word = base64.b64encode(f"\0{check.user}\0{check.secret.value}".encode()).decode()
        answer = await ask(talk, "login", f"AUTH PLAIN {word}")
    elif "LOGIN" in ways:
        expect(await ask(talk, "login", "AUTH LOGIN"), 334, "login")
        expect(await ask(talk, "login", base64.b64encode(check.user.encode()).decode()), 334, "login")
        answer = await ask(talk, "login", base64.b64encode(check.secret.value.encode()).decode())
    else:
        raise wrong("login", "login-refused", f"no way in that we know: {' '.join(ways) or 'none offered'}")
    if answer[0] == 535:
        raise wrong("login", "login-refused", f"535 {answer[1][-1]}")
    expect(answer, 235, "login")
