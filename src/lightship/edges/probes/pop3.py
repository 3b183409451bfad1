"""pop3://, pop3s:// - can mail be fetched the old way?  RFC 1939, 2595."""

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


class Pop3Probe:
    """Up when the server greets, changes over to TLS and, where a user is named, logs it in and counts its messages."""

    default_port = 110
    options: Mapping[str, frozenset[str]] | None = STARTTLS
    takes_login = True

    async def measure(self, check: Check) -> Result:
        """From the greeting to QUIT. Nothing is fetched or deleted."""
        talk = Dialogue(Course(check))
        try:
            await talk.open(check.scheme == "pop3s")
            detail = shown((await _ok(talk, "greeting", None)).removeprefix("+OK").strip())
            if not talk.protected and changes_over(check, await _offers_tls(talk), required=False):
                await _ok(talk, "tls", "STLS")
                await talk.change_over()
            if check.user:
                detail = await _count(talk)
            await _ok(talk, "answer", "QUIT")
        except Failed as failed:
            return talk.course.down(failed, talk.expires)
        finally:
            talk.close()
        return talk.course.up(detail, talk.expires)


async def _say(talk: Dialogue, stage: Stage, command: str | None) -> str:
    if command is not None:
        await talk.say(stage, command)
    said = await talk.hear(stage)
    if not said.startswith(("+OK", "-ERR")):
        raise wrong(stage, "malformed", f"this is no POP3 answer: {said}")
    return said


async def _ok(talk: Dialogue, stage: Stage, command: str | None) -> str:
    """The answer, which has to be +OK. `command` None: only listen."""
    said = await _say(talk, stage, command)
    if said.startswith("-ERR"):
        temporary = any(
            code in said.upper() for code in ("[SYS/TEMP]", "[IN-USE]", "[LOGIN-DELAY]")
        )  # RFC 2449, 3206
        refused = "login-refused" if stage == "login" else "wrong-answer"
        raise wrong(stage, "busy" if temporary else refused, said)  # type: ignore[arg-type]  # both are failures
    return said


async def _offers_tls(talk: Dialogue) -> bool:
    if (await _say(talk, "greeting", "CAPA")).startswith("-ERR"):
        return False
    found = False
    for _ in range(MOST_LINES):
        line = await talk.hear("greeting")
        if line == ".":
            return found
        found = found or line.upper() == "STLS"
    raise wrong("greeting", "malformed", f"a list of more than {MOST_LINES} lines")


async def _count(talk: Dialogue) -> str:
    check = talk.course.check
    may_log_in(check, talk.protected)
    if any(c in check.user + check.secret.value for c in "\r\n\0"):
        raise Failed("login", "login-refused", "the user or the password holds a line break")
    await _ok(talk, "login", f"USER {check.user}")
    await _ok(talk, "login", f"PASS {check.secret.value}")
    said = (await _ok(talk, "request", "STAT")).split()
    if len(said) < 3 or not said[1].isdigit():
        raise wrong("request", "malformed", " ".join(said))
    return f"the mailbox holds {said[1]} messages"
