"""How far the promise about false alarms is kept: for people, for machines, for a monitoring system.

The hub keeps three small files in the folder `operators` beside its store: `promise.json`, `promise.html` and
`metrics.prom` (the text format of Prometheus, for a textfile collector). They are for operators, never published.
"""

from html import escape
from pathlib import Path

import msgspec

from lightship.detect.classes import thresholds
from lightship.detect.plan import CLASSES
from lightship.run.fold import CoreState
from lightship.vocabulary.promise import Promise
from lightship.vocabulary.time import Instant, iso

FOLDER = "operators"


class Standing(msgspec.Struct, frozen=True):
    """The promise as of an instant.

    Args:
        basis: what the thresholds rest on, in words. thresholds: nats by class of row, and of probes alone.
        ticks: judged in all. open: alarms that stand. simulated: nothing of it is real.
    """

    at: str
    promise: Promise
    standing: str
    basis: str
    thresholds: dict[str, float]
    ticks: int
    open: int
    simulated: bool


def standing(state: CoreState, at: Instant) -> Standing | None:
    """What there is to say; None before there is a map."""
    if state.stages is None:
        return None
    memory = state.stages.detect.memory
    promise = memory.quiet.promise(state.settings)
    levels = thresholds(state.settings, memory.quiet)
    own: dict[str, float] = {
        name: round(float(level), 2) for name, level in zip(CLASSES, levels.outage, strict=True)
    }
    own["probes alone"] = round(levels.by_probes, 2)
    days = f"{promise.quiet_days:.0f} quiet days"
    basis = f"its own {days}" if promise.calibrated else f"the shipped calibration; {days} of 30 seen here"
    return Standing(
        iso(at),
        promise,
        promise.standing,
        basis,
        own,
        memory.quiet.watched,
        len(memory.open),
        state.settings.simulated,
    )


def sentence(found: Standing) -> str:
    """Promised against seen, in one sentence."""
    p = found.promise
    text = (
        f"promised {p.promised:.2g} false alarms in the {p.watched_days:.0f} days watched ({p.a_year:g} a year), "
        f"seen {p.seen} [{p.low:.1f}, {p.high:.1f}]"
    )
    return text if p.calibrated else f"{text}; {found.standing}"


def facts(found: Standing) -> list[tuple[str, str]]:
    """Line by line, for a terminal or a page."""
    p = found.promise
    rows = [
        ("budget", f"{p.a_year:g} false alarms a year, for the whole deployment"),
        ("watched", f"{p.watched_days:.1f} days of the last year, {found.ticks:,} minutes in all"),
        ("promised", f"{p.promised:.2f} in that time"),
        ("seen", f"{p.seen}, 90 % interval {p.low:.1f} to {p.high:.1f}: alarms that only reports spoke of and nobody "
         f"confirmed, so that at most so many were false; a person called {p.said_false} of them false"),
        ("confirmed", f"{p.confirmed} alarms that probes, passive counts or a person confirmed"),
        ("thresholds", f"from {found.basis}: {found.standing}"),
    ]  # fmt: skip
    return [*rows, *((f"  {name}", f"{level:.1f} nats") for name, level in found.thresholds.items())]


def metrics(found: Standing) -> str:
    """The text format of Prometheus, version 0.0.4."""
    p = found.promise
    gauges = [
        ("false_alarms_budget_per_year", "Promised false alarms a year, whole deployment", p.a_year),
        ("false_alarms_promised", "Promised for the time watched, a year at most", p.promised),
        ("false_alarms_seen", "Alarms in that time that nothing and nobody confirmed", p.seen),
        ("false_alarms_seen_low", "Lower end of its 90 % interval", p.low),
        ("false_alarms_seen_high", "Upper end of its 90 % interval", p.high),
        ("false_alarms_said_false", "Of those seen, called false by a person", p.said_false),
        ("alarms_confirmed", "Alarms that probes, passive counts or a person confirmed", p.confirmed),
        ("watched_days", "Days watched, a year at most", p.watched_days),
        ("quiet_days", "Days of quiet history that thresholds can rest on", p.quiet_days),
        ("calibrated", "1: thresholds rest on the deployment's own history", int(p.calibrated)),
        ("alarms_open", "Alarms that stand now", found.open),
        ("ticks_judged", "Minutes judged in all", found.ticks),
        ("simulated", "1: nothing of this is real", int(found.simulated)),
    ]
    lines = []
    for name, text, value in gauges:
        lines += [
            f"# HELP lightship_{name} {text}.",
            f"# TYPE lightship_{name} gauge",
            f"lightship_{name} {value:g}",
        ]
    lines += [
        "# HELP lightship_threshold_nats Score from which on a row of that class is an alarm.",
        "# TYPE lightship_threshold_nats gauge",
        *(
            f'lightship_threshold_nats{{class="{name}"}} {level:g}'
            for name, level in found.thresholds.items()
        ),
    ]
    return "\n".join(lines) + "\n"


def page(found: Standing) -> str:
    """A page for operators: no script, nothing from anybody else."""
    rows = "\n".join(
        f"<tr><th>{escape(name)}</th><td>{escape(text)}</td></tr>" for name, text in facts(found)
    )
    simulated = "<p><strong>SIMULATED: nothing of this is real.</strong></p>" if found.simulated else ""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>The promise about false alarms</title><style>{_STYLE}</style></head>
<body><main><h1>The promise about false alarms</h1>{simulated}
<p class="sum">{escape(sentence(found).capitalize())}.</p>
<table>{rows}</table><p class="as-of">As of {escape(found.at)}. For operators; not published.</p></main></body></html>
"""


_STYLE = """
:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0;padding:1rem}
main{max-width:48rem;margin:0 auto}h1{font-size:1.4rem}.sum{font-size:1.1rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.35rem .8rem .35rem 0;
border-top:1px solid color-mix(in srgb,currentColor 20%,transparent)}th{white-space:pre;font-weight:600}
.as-of{opacity:.75;font-size:.9rem}
"""


def write(found: Standing, folder: Path) -> None:
    """Keep the three files equal to it, each whole or not at all. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "promise.json": msgspec.json.encode(found).decode(),
        "promise.html": page(found),
        "metrics.prom": metrics(found),
    }
    for name, text in files.items():
        beside = folder / f".{name}.new"
        beside.write_text(text, encoding="utf-8")
        beside.replace(folder / name)


def read(folder: Path) -> Standing | None:
    """What a running hub wrote last; None where there is nothing. Raises msgspec.MsgspecError where it is not ours."""
    try:
        return msgspec.json.decode((folder / "promise.json").read_bytes(), type=Standing)
    except FileNotFoundError:
        return None
