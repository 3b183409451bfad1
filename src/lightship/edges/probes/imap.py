"""imap://, imaps:// - can mail be read?  RFC 9051, 2595."""

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


class ImapProbe:
    """Up when the server greets, changes over to TLS, and, where a user is named, logs it in and opens INBOX."""

    default_port = 143
    options: Mapping[str, frozenset[str]] | None = STARTTLS
    takes_login = True

    async def measure(self, check: Check) -> Result:
        """From the greeting to LOGOUT. Nothing in the mailbox is changed (EXAMINE)."""
        talk = Tagged(Dialogue(Course(check)))
        try:
            greeting = await enter(talk)
            detail = (
                f"INBOX holds {shown(await open_inbox(talk))} messages" if check.user else shown(greeting)
            )
            await talk.ask("answer", "LOGOUT")
        except Failed as failed:
            return talk.line.course.down(failed, talk.line.expires)
        finally:
            talk.line.close()
        return talk.line.course.up(detail, talk.line.expires)


async def enter(talk: "Tagged") -> str:
    """Connect, greet, change over to TLS as asked and log in where a user is named; what the server calls itself."""
    check = talk.line.course.check
    await talk.line.open(check.scheme == "imaps")
    greeting = await _greeting(talk)
    await _protect(talk, greeting)
    if check.user:
        await _log_in(talk)
    return greeting.removeprefix("* OK ")


async def open_inbox(talk: "Tagged", command: str = "EXAMINE") -> str:
    """Open INBOX, to read only unless `SELECT`; how many messages it holds, as the server says it."""
    answer, lines = await talk.ask("request", f"{command} INBOX")
    if not answer.startswith("OK"):
        raise wrong("request", "wrong-answer", answer)
    return next(
        (line.split()[1] for line in lines if line.upper().endswith(" EXISTS")), "an unknown number of"
    )


class Tagged:
    """Commands with tags, and the untagged lines that come before their answers."""

    def __init__(self, line: Dialogue) -> None:
        self.line, self._number = line, 0

    async def ask(self, stage: Stage, command: str) -> tuple[str, list[str]]:
        """The tagged answer ("OK ...", "NO ...", "BAD ...") and the untagged lines."""
        self._number += 1
        tag = f"a{self._number}"
        await self.line.say(stage, f"{tag} {command}")
        before: list[str] = []
        while len(before) < MOST_LINES:
            said = await self.line.hear(stage)
            if said.startswith(f"{tag} "):
                return said[len(tag) + 1 :], before
            before.append(said)
        raise wrong(stage, "malformed", f"no answer within {MOST_LINES} lines")


async def _greeting(talk: Tagged) -> str:
    said = await talk.line.hear("greeting")
    if said.startswith("* BYE"):
        raise wrong("greeting", "busy", said)
    if not said.startswith("* OK"):
        raise wrong("greeting", "malformed", f"this is no IMAP greeting: {said}")
    return said


async def _protect(talk: Tagged, greeting: str) -> None:
    if talk.line.protected:
        return
    offered = "STARTTLS" in greeting.upper() or "STARTTLS" in " ".join(await _capabilities(talk)).upper()
    if not changes_over(talk.line.course.check, offered, required=False):
        return
    answer, _ = await talk.ask("tls", "STARTTLS")
    if not answer.startswith("OK"):
        raise wrong("tls", "not-protected", answer)
    await talk.line.change_over()


async def _capabilities(talk: Tagged) -> list[str]:
    return (await talk.ask("greeting", "CAPABILITY"))[1]


async def _log_in(talk: Tagged) -> None:
    check = talk.line.course.check
    may_log_in(check, talk.line.protected)
    answer, _ = await talk.ask("login", f"LOGIN {_quoted(check.user)} {_quoted(check.secret.value)}")
    if not answer.startswith("OK"):
        busy = "UNAVAILABLE" in answer.upper()
        raise wrong("login", "busy" if busy else "login-refused", answer)


def _quoted(text: str) -> str:
    """A quoted string (RFC 9051, 4.3). What cannot stand in one cannot be a password that works here."""
    if any(c in text for c in "\r\n\0"):
        raise Failed("login", "login-refused", "the user or the password holds a line break")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
