"""dialogue://host:port - any protocol that speaks in lines: say this, expect that, change over to TLS in between."""

import re
from collections.abc import Mapping

import msgspec

from lightship.edges.probes.dialogue import MOST_LINES, Dialogue, shown
from lightship.edges.probes.probe import Check, Result, Stage
from lightship.edges.probes.scripts import pattern, step_name
from lightship.edges.probes.stages import Course, Failed
from lightship.vocabulary.errors import BadInput

_FILLED = re.compile(r"\$\{(\w+)\}|\$(\d)")
_WORDS = re.compile(r"\{(user|secret|host|secret:[a-z]+)\}")


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step: first what is expected is waited for, then what is to be said is said, then TLS begins.

    Args:
        step: its name, which is the stage; without one, "answer" for what is expected and "request" for what is said.
        expect: a pattern that a line has to fit; lines that do not are passed over. not_expect: one that fails.
        send: `${1}` stands for a group of what was expected last, `{user}`, `{secret}` and `{host}` for themselves.
    """

    step: str = ""
    expect: str = ""
    not_expect: str = ""
    send: str = ""
    starttls: bool = False

    def __post_init__(self) -> None:
        if self.step:
            step_name(self.step)
        if not (self.expect or self.send or self.starttls):
            raise ValueError("nothing to do in this step; one of expect, send, starttls")
        pattern(self.expect, "expect")
        pattern(self.not_expect, "not_expect")


class DialogueProbe:
    """Up when the dialogue goes as it was written down. Without steps, when the server says a first line by itself."""

    default_port = 0
    options: Mapping[str, frozenset[str]] | None = {"over": frozenset({"tcp", "tls"})}
    takes_login = True
    step_type = Line

    def agree(self, check: Check) -> None:
        """A password is said under TLS, unless the address says that there is none."""
        safe = check.options.get("over") == "tls"
        for each in check.steps:
            if "{secret" in each.send and not safe and check.options.get("over") != "tcp":
                raise BadInput(
                    repr(check.address), "the password would be said in clear",
                    "put a step `starttls: true` before it, or write ?over=tls; ?over=tcp where it really has to be",
                )  # fmt: skip
            safe = safe or each.starttls

    async def measure(self, check: Check) -> Result:
        """From the first line to the last."""
        talk = Dialogue(Course(check))
        try:
            await talk.open(check.options.get("over") == "tls")
            said = await _spoken(talk, check.steps or (Line(expect="."),))
        except Failed as failed:
            return talk.course.down(failed, talk.expires)
        finally:
            talk.close()
        return talk.course.up(shown(said), talk.expires)


async def _spoken(talk: Dialogue, steps: tuple[Line, ...]) -> str:
    """The last line that was expected."""
    said, found = "", None
    for each in steps:
        if each.expect:
            found, said = await _expected(talk, each)
        if each.send:
            await talk.say(_stage(each, "request"), _filled(talk.course.check, each.send, found))
        if each.starttls:
            await talk.change_over()
    return said


async def _expected(talk: Dialogue, step: Line) -> tuple[re.Match[str], str]:
    stage, heard = _stage(step, "answer"), ""
    for _ in range(MOST_LINES):
        try:
            heard = await talk.hear(stage)
        except Failed as failed:
            if heard and failed.failure in ("timeout", "reset"):
                raise Failed(
                    stage, "wrong-answer", f"nothing that fits {step.expect!r}; last: {shown(heard)}"
                ) from failed
            raise
        if step.not_expect and re.search(step.not_expect, heard):
            raise Failed(stage, "wrong-answer", shown(heard))
        found = re.search(step.expect, heard)
        if found is not None:
            return found, heard
    raise Failed(
        stage, "wrong-answer", f"nothing in {MOST_LINES} lines fits {step.expect!r}; last: {shown(heard)}"
    )


def _stage(step: Line, usual: Stage) -> Stage:
    return step_name(step.step) if step.step else usual


def _filled(check: Check, text: str, found: re.Match[str] | None) -> str:
    """Groups first: what a server said is never taken for `{secret}`."""
    known = {"user": check.user, "secret": check.secret.value, "host": check.host}
    known |= {f"secret:{name}": each.value for name, each in check.secrets.items()}
    parts = re.split(r"(\$\{\w+\}|\$\d|\{[a-z:]+\})", text)
    said = "".join(_one(part, known, found) for part in parts)
    if any(each in said for each in "\r\n"):
        raise Failed("request", "malformed", "a line break within a line")
    return said


def _one(part: str, known: Mapping[str, str], found: re.Match[str] | None) -> str:
    group, word = _FILLED.fullmatch(part), _WORDS.fullmatch(part)
    if word is not None:
        return known.get(word[1], "")
    if group is None:
        return part
    try:
        name = group[1] or group[2]
        return (found[int(name) if name.isdigit() else name] or "") if found is not None else ""
    except IndexError:
        return ""
