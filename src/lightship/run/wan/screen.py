"""What `wan watch` and `wan protect` print: a line for each uplink that stays in place, or one JSON object a line."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import click
import msgspec
from rich.console import Console
from rich.live import Live as Drawn
from rich.table import Table
from rich.text import Text

from lightship.endure.wan.decisions import (
    AllDown,
    Changed,
    Decision,
    RefuseIPv6,
    SetPace,
    State,
    Switch,
    TargetFault,
    UseResolver,
)
from lightship.endure.wan.uplinks import Uplink
from lightship.run.wan.words import MEANINGS, ago, listed, why


class Row(msgspec.Struct, frozen=True):
    """One line now.

    `state` is unknown before the first answer or verdict; `loss`, the share of the last minute, and `rtt`, in seconds,
    are None where nothing was asked.
    """

    uplink: str
    state: State | Literal["unknown"]
    active: bool
    metered: bool
    loss: float | None
    rtt: float | None
    answered: float
    doing: str


class Screen(Protocol):
    """Who shows it."""

    def began(self, lines: Sequence[str], uplinks: Sequence[Uplink]) -> None:
        """The first words."""

    def show(self, rows: Sequence[Row]) -> None:
        """The lines as they are now; once a second."""

    def said(self, decision: Decision, uplinks: Sequence[Uplink], acting: bool) -> None:
        """One decision."""

    def note(self, text: str) -> None:
        """Something else that people should know."""

    def ended(self) -> None:
        """Nothing more comes."""


_STYLES: dict[State | Literal["unknown"], str] = {
    "unknown": "dim",
    "good": "green", "suspect": "yellow", "returning": "yellow", "brown": "dark_orange", "no-dns": "dark_orange",
    "captive": "magenta", "dead": "red", "no-link": "red", "metered-out": "red",
}  # fmt: skip


@dataclass
class People:
    """For people: what happened runs upwards, the lines stay below it. Without a terminal only what happened."""

    console: Console = field(
        default_factory=lambda: Console(file=sys.stdout, highlight=False, soft_wrap=True)
    )
    _drawn: Drawn | None = None

    def began(self, lines: Sequence[str], uplinks: Sequence[Uplink]) -> None:
        """What is watched."""
        for each in lines:
            self.console.print(each, markup=False)
        if self.console.is_terminal:
            self._drawn = Drawn(console=self.console, auto_refresh=False, transient=True)
            self._drawn.start()

    def show(self, rows: Sequence[Row]) -> None:
        """Drawn anew."""
        if self._drawn is not None:
            self._drawn.update(table(rows), refresh=True)

    def said(self, decision: Decision, uplinks: Sequence[Uplink], acting: bool) -> None:
        """Where something changed."""
        text = sentence(decision, uplinks, acting)
        if text:
            self.console.print(f"{time.strftime('%H:%M:%S')}  {text}", markup=False)

    def note(self, text: str) -> None:
        """Dated, too."""
        self.console.print(f"{time.strftime('%H:%M:%S')}  {text}", markup=False)

    def ended(self) -> None:
        """Leave the terminal as it was."""
        if self._drawn is not None:
            self._drawn.stop()


def table(rows: Sequence[Row]) -> Table:
    """One line an uplink."""
    made = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for heading, side in (("", "left"), ("line", "left"), ("state", "left"), ("loss", "right"), ("rtt", "right"),
                          ("heard", "right"), ("", "left")):  # fmt: skip
        made.add_column(heading, justify=side, no_wrap=heading != "", overflow="ellipsis")  # type: ignore[arg-type]
    for row in rows:
        style = _STYLES[row.state]
        made.add_row(
            Text("●" if row.active else "○", style), row.uplink, Text(row.state, style), _share(row.loss),
            _milliseconds(row.rtt), ago(row.answered), row.doing,
        )  # fmt: skip
    return made


def _share(loss: float | None) -> str:
    return "?" if loss is None else f"{loss:.1%}"


def _milliseconds(rtt: float | None) -> str:
    return "?" if rtt is None else f"{rtt * 1000:.1f} ms" if rtt < 0.1 else f"{rtt * 1000:.0f} ms"


def sentence(decision: Decision, uplinks: Sequence[Uplink], acting: bool) -> str | None:
    """A decision for people; None for what only matters to machines."""
    match decision:
        case Switch():
            before, to = uplinks[decision.before].name, uplinks[decision.to].name
            verb = "the traffic goes" if acting else "the traffic would go"
            about = to if decision.reason in ("returned", "asked") else before
            return f"{verb} over {to} instead of {before}: {about}: {why(decision.reason)}{_after(decision)}"
        case Changed(state=state, before=earlier) if state != "suspect" and (earlier, state) != (
            "suspect",
            "good",
        ):
            return f"{uplinks[decision.uplink].name}: {state}: {MEANINGS[state]}"
        case UseResolver():
            line = uplinks[decision.uplink]
            verb = "names are asked of" if acting else "names would be asked of"
            return f"{line.name}: {verb} {line.targets[decision.target].name}: {decision.reason}"
        case TargetFault():
            line = uplinks[decision.uplink]
            word = "does not answer, others do: its own trouble" if decision.dead else "answers again"
            return f"{line.name}: target {line.targets[decision.target].name} {word}"
        case RefuseIPv6():
            name, done = uplinks[decision.uplink].name, "is" if acting else "would be"
            if decision.refused:
                return f"{name}: IPv6 leads nowhere, IPv4 answers: IPv6 {done} refused, so that programs do not wait"
            return f"{name}: IPv6 leads somewhere again"
        case AllDown(over=False):
            names = listed([each.name for each in uplinks])
            return f"every line is down ({names}): nothing is switched, and all go on being asked"
        case AllDown():
            return "a line is back"
        case Changed() | SetPace():
            return None


def _after(decision: Switch) -> str:
    seconds = decision.at - decision.trouble_at
    return f" ({seconds:.1f} s after the first sign)" if seconds > 0 else ""


class Lines:
    """For machines: one JSON object a line, each with its `event`; see docs/reference/wan.md."""

    def __init__(self) -> None:
        self._heard: set[str] = set()

    def began(self, lines: Sequence[str], uplinks: Sequence[Uplink]) -> None:
        """What is watched."""
        _line("began", uplinks=[{"uplink": each.name, "metered": each.metered, "targets": _named(each)}
                                for each in uplinks])  # fmt: skip

    def show(self, rows: Sequence[Row]) -> None:
        """The lines, once a second."""
        self._heard |= {each.uplink for each in rows if each.rtt is not None}
        _line("lines", lines=[_plain(each) for each in rows])

    def said(self, decision: Decision, uplinks: Sequence[Uplink], acting: bool) -> None:
        """One decision, devices by their names."""
        fields = msgspec.to_builtins(decision)
        kind = fields.pop("type")
        del fields["at"]
        for each in ("uplink", "before", "to"):
            if isinstance(fields.get(each), int):
                fields[each] = uplinks[fields[each]].name
        if fields.get("before") == "good" and fields.get("uplink") not in self._heard:
            fields["before"] = "unknown"
        if "target" in fields:
            line = next(each for each in uplinks if each.name == fields["uplink"])
            fields["target"] = line.targets[fields["target"]].name
        if "trouble_at" in fields and isinstance(decision, Switch):
            fields["seconds"] = round(decision.at - fields.pop("trouble_at"), 3)
        _line(kind, acted=acting, **fields)

    def note(self, text: str) -> None:
        """Something else."""
        _line("note", text=text)

    def ended(self) -> None:
        """The last line."""
        _line("ended")


def _named(uplink: Uplink) -> list[str]:
    return [f"{each.kind} {each.name}" for each in uplink.targets]


def _plain(row: Row) -> dict[str, object]:
    heard = None if row.answered == float("inf") else round(row.answered, 1)
    return {"uplink": row.uplink, "state": row.state, "active": row.active, "loss": row.loss, "rtt": row.rtt,
            "heard_seconds_ago": heard, "doing": row.doing}  # fmt: skip


def _line(event: str, **fields: object) -> None:
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    click.echo(msgspec.json.encode({"event": event, "at": at, **fields}))


class Silent:
    """For nobody; what was noted can be read afterwards."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def began(self, lines: Sequence[str], uplinks: Sequence[Uplink]) -> None:
        """Nothing."""

    def show(self, rows: Sequence[Row]) -> None:
        """Nothing."""

    def said(self, decision: Decision, uplinks: Sequence[Uplink], acting: bool) -> None:
        """Nothing."""

    def note(self, text: str) -> None:
        """Kept."""
        self.notes.append(text)

    def ended(self) -> None:
        """Nothing."""
