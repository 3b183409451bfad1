"""exec://NAME - what a plug-in for Nagios says: its exit code, its first line, its performance data.

Monitoring Plugins Development Guidelines, 2-5. The program is run as it stands, without a shell.
"""

import asyncio
import os
import re
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from contextlib import suppress

from lightship.edges.probes.dialogue import shown
from lightship.edges.probes.probe import Check, Result
from lightship.edges.probes.stages import Course, Failed
from lightship.vocabulary.errors import BadInput

MOST_SAID = 64 * 1024
"""Octets of output that are taken; a program that says more is ended."""

MOST_FIGURES = 50
OK, WARNING, CRITICAL = 0, 1, 2
_UNITS = {
    "s": "_s",
    "ms": "_ms",
    "us": "_us",
    "%": "_percent",
    "B": "_bytes",
    "KB": "_kb",
    "MB": "_mb",
    "GB": "_gb",
}
_FIGURE = re.compile(r"(?:'((?:[^']|'')+)'|([^\s'=]+))=(-?\d+(?:\.\d+)?)([a-zA-Z%]{0,3})(?:;\S*)?(?:\s|$)")


class ExecProbe:
    """Up on exit code 0, and on 1 (warning) unless `?warning=down`; down on 2; with any other nobody knows."""

    default_port = 0
    options: Mapping[str, frozenset[str]] | None = {"warning": frozenset({"up", "down"})}
    takes_login = False
    goes_by_ip = False

    def agree(self, check: Check) -> None:
        """There has to be something to run."""
        if not check.command:
            raise BadInput(
                repr(check.address),
                "nothing to run",
                "give `command`, a list of words; with `check`: -- COMMAND",
            )

    async def measure(self, check: Check) -> Result:
        """Run it once, and see that it and all that it started are gone afterwards."""
        course = Course(check)
        try:
            with course.at("run"):
                code, said = await _run(course)
            detail, figures = _judged(check, code, said)
        except Failed as failed:
            return course.down(failed)
        return course.up(detail, figures=figures)


async def _run(course: Course) -> tuple[int, str]:
    """Exit code and output."""
    words = [each.replace("{host}", course.check.host) for each in course.check.command]
    try:
        process = await asyncio.create_subprocess_exec(
            *words,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            start_new_session=True,
            env=_environment(course.check),
        )
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise Failed("run", "unreachable", f"{words[0]} cannot be run: {why}", ours=True) from error
    try:
        async with asyncio.timeout(course.left()):
            said = await _read(process)
            return await process.wait(), said
    except TimeoutError:
        raise Failed("run", "timeout", f"{words[0]} did not end within {course.check.timeout:g} s") from None
    finally:
        await _end(process)


async def _read(process: Process) -> str:
    """Both channels, as far as they are taken; what stands in the second counts where the first is empty."""
    assert process.stdout is not None, "a pipe"
    assert process.stderr is not None, "a pipe"
    said, beside = await asyncio.gather(_bounded(process.stdout), _bounded(process.stderr))
    return (said.strip() or beside.strip()).decode("utf-8", "replace")


async def _bounded(stream: asyncio.StreamReader) -> bytes:
    found = bytearray()
    while data := await stream.read(1 << 14):
        found += data
        if len(found) > MOST_SAID:
            raise Failed("run", "malformed", f"it said more than {MOST_SAID} octets", ours=True)
    return bytes(found)


async def _end(process: Process) -> None:
    """Kill the whole process group: a plug-in's own children do not outlive it.

    The pipes go first: one that is full and read no more would never be seen to end, and waiting would not either.
    """
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process._transport.close()  # type: ignore[attr-defined]
    await process.wait()


def _environment(check: Check) -> dict[str, str]:
    """No more than it needs; secrets stand here, since everybody may read the words of a command."""
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "TZ", "LD_LIBRARY_PATH") if name in os.environ
    }
    named = {f"SECRET_{name.upper()}": each.value for name, each in check.secrets.items()}
    own = {"SECRET": check.secret.value} if check.secret else {}
    return kept | {"LC_ALL": "C.UTF-8"} | own | named


def _judged(check: Check, code: int, said: str) -> tuple[str, Mapping[str, float]]:
    first, _, _ = said.partition("\n")
    word = shown(first.partition("|")[0].strip()) or "it said nothing"
    found = {"exit_code": float(code)} | figures(said)
    if code == OK:
        return word, found
    if code == WARNING and check.options.get("warning") != "down":
        return f"warning: {word}", found
    if code in (WARNING, CRITICAL):
        raise Failed("run", "says-so", word, figures=found)
    how = f"ended by signal {-code}" if code < 0 else f"exit code {code}"
    raise Failed("run", "says-so", f"{how}: {word}", ours=True, figures=found)


def figures(said: str) -> dict[str, float]:
    """Performance data, wherever a bar begins it: `'label'=value[unit];warn;crit;min;max`.

    >>> figures("OK - fine | time=0.5s;1;2 '/ used'=40%;;;0 x=1\\nmore|y=2c")
    {'time_s': 0.5, '/ used_percent': 40.0, 'x': 1.0, 'y': 2.0}
    """
    found: dict[str, float] = {}
    for line in said.splitlines():
        for quoted, bare, value, unit in _FIGURE.findall(line.partition("|")[2] + " "):
            if len(found) < MOST_FIGURES:
                found[(quoted.replace("''", "'") or bare) + _UNITS.get(unit, "")] = float(value)
    return found
