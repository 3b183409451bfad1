"""The bars of detection, each with its figure."""

from collections.abc import Iterator, Sequence

import numpy as np

from lightship.run.benches.detect import cells
from lightship.run.benches.detect.cells import NEEDS, ONE_TICK, Delays, Row
from lightship.run.benches.detect.outcome import Outcome
from lightship.run.benches.detect.places import Areas, Onset, Size
from lightship.run.benches.detect.result import Result
from lightship.run.benches.measured import Measured

Bar = tuple[str, Measured]
SUB_NATIONAL = ("head-end", "metro", "core", "region", "scattered")
SPARSE = ("sparse area",)


def bars(result: Result, minutes: Delays) -> Iterator[Bar]:
    """All of them, in the order of the table."""
    yield (
        "delay, sub-national",
        _ratio(result, minutes, SUB_NATIONAL, 0.5, f"best peer needs >= {NEEDS:g} min"),
    )
    yield "delay, one sparse area", _ratio(result, minutes, SPARSE, 0.6, "<= 1 ordinary report a day")
    yield "delay, every cell", _behind(result.cells)
    for kept in result.kept:
        yield f"promise, {kept.name} noise", Measured(
            "false alarms realised / promised", "ratio", kept.ratio, bar=1.5, least=0.5,
            interval=(kept.low / kept.promised, kept.high / kept.promised),
            beside={
                "seen": float(kept.seen), "promised": kept.promised, "episodes": float(kept.episodes),
                "noise": kept.noise,
            },
        )  # fmt: skip
    yield "bursts and rumours", _bursts(result)
    yield from _areas(result.outcomes)
    yield from _onsets("onset, reports", [o.onset for o in result.outcomes if o.onset], 5.0)
    yield from _onsets("onset, probes", result.probed, 1.0)
    yield from _sizes([o.size for o in result.outcomes if o.size])


def _ratio(result: Result, minutes: Delays, scopes: Sequence[str], bar: float, where: str) -> Measured:
    figure, many = cells.geometric(result.cells, scopes)
    what = f"median delay, ours / best peer, geometric mean over cells ({where})"
    if figure is None:
        return Measured(what, "ratio", None, bar=bar, why_not="no scored cell")
    interval = cells.geometric_interval(result.outcomes, minutes, result.cells, scopes, result.seed)
    limit, _ = cells.geometric(result.cells, scopes, cells.ORACLE)
    low, high = cells.geometric_interval(
        result.outcomes, minutes, result.cells, scopes, result.seed, cells.ORACLE
    ) or (float("nan"), float("nan"))
    assert limit is not None
    beside = {
        "cells": float(many), "the oracle's in the same cells": limit,
        "its 95 % interval, low": low, "its 95 % interval, high": high,
    }  # fmt: skip
    return Measured(what, "ratio", figure, bar=bar, interval=interval, beside=beside)


def _behind(rows: Sequence[Row]) -> Measured:
    """The worst cell; one is behind beyond chance where its whole interval is."""
    scored = [row for row in rows if row.scored]
    what = "minutes behind the best peer in the median, worst scored cell"
    if not scored:
        return Measured(what, "min", None, bar=ONE_TICK, why_not="no scored cell")
    worst = max(scored, key=lambda row: row.behind)
    beside: dict[str, float | str] = {
        "worst": f"{worst.scope}, {worst.size}, {worst.when}: {worst.best}",
        "scored cells": float(len(scored)),
        "cells behind": float(sum(row.behind > ONE_TICK for row in scored)),
        "of them beyond chance (95 %)": float(sum(row.behind_interval[0] > ONE_TICK for row in scored)),
        "below the floor, told only": float(len(rows) - len(scored)),
    }
    return Measured(what, "min", worst.behind, bar=ONE_TICK, interval=worst.behind_interval, beside=beside)


def _bursts(result: Result) -> Measured:
    said = result.bursts
    if not said:
        return Measured("declared as our outage", "alarms", None, bar=0.0, why_not="none were simulated")
    beside = {
        "bursts": float(len(said)), "said in public": float(sum(each.public for each in said)),
        "put down to somebody else": float(sum(each.neighbour for each in said)),
        "an outage of a part told meanwhile": float(sum(each.part for each in said)),
    }  # fmt: skip
    return Measured(
        "declared as our outage", "alarms", float(sum(e.ours for e in said)), bar=0.0, beside=beside
    )


def _areas(outcomes: Sequence[Outcome]) -> Iterator[Bar]:
    for age, name, judged in ((15, "soon", False), (60, "hour", True)):
        found: list[Areas] = [a for o in outcomes if (a := getattr(o, name)) is not None]
        precision = [a.right / a.told for a in found if a.told]
        recall = [a.found / a.wanted for a in found if a.wanted]
        beside = {"outages": float(len(precision)), "all areas told, pooled": _pooled(found, "right", "told")}
        yield (
            f"areas, precision at +{age} min",
            _mean(precision, "areas told that are hit, mean over outages", 0.9 if judged else None, beside),
        )
        beside = {
            "outages": float(len(recall)), "all areas wanted, pooled": _pooled(found, "found", "wanted"),
            "hit with too few reports, not scored": float(sum(a.others for a in found)),
        }  # fmt: skip
        yield (
            f"areas, recall at +{age} min",
            _mean(recall, "areas hit that are told, mean over outages", 0.85 if judged else None, beside),
        )


def _pooled(found: Sequence[Areas], part: str, whole: str) -> float:
    total = sum(getattr(each, whole) for each in found)
    return float(sum(getattr(each, part) for each in found) / total) if total else float("nan")


def _mean(values: Sequence[float], what: str, least: float | None, beside: dict[str, float]) -> Measured:
    if not values:
        return Measured(what, "share", None, least=least, why_not="no outage to judge")
    spread = 1.96 * float(np.std(values)) / np.sqrt(len(values))
    mean = float(np.mean(values))
    return Measured(what, "share", mean, least=least, interval=(mean - spread, mean + spread), beside=beside)


def _onsets(name: str, found: Sequence[Onset], bar: float) -> Iterator[Bar]:
    errors = [abs(each.error) for each in found]
    covers, widths = [each.covers for each in found], [each.width for each in found]
    beside = {"outages": float(len(found))}
    yield f"{name}: error", _middle(errors, "minutes off, median", "min", bar, beside)
    if not found:
        yield (
            f"{name}: coverage",
            Measured("interval covers the truth", "share", None, least=0.9, why_not="none"),
        )
        return
    yield f"{name}: coverage", Measured(
        "interval covers the truth", "share", float(np.mean(covers)), least=0.9,
        interval=_wilson(sum(covers), len(covers)), beside=beside,
    )  # fmt: skip
    yield f"{name}: width", _middle(widths, "minutes, median", "min", 10.0, beside)


def _sizes(found: Sequence[Size]) -> Iterator[Bar]:
    if not found:
        yield (
            "customers: coverage",
            Measured("interval covers the truth", "share", None, least=0.9, why_not="none"),
        )
        return
    covers = [each.low <= each.truth <= each.high for each in found]
    widths = [each.high / max(each.low, 1.0) for each in found]
    off = [max(each.value, 1.0) / each.truth for each in found]
    beside = {"outages": float(len(found)), "told / true, median": float(np.median(off))}
    yield "customers: coverage", Measured(
        "interval covers the truth, +60 min", "share", float(np.mean(covers)), least=0.9,
        interval=_wilson(sum(covers), len(covers)), beside=beside,
    )  # fmt: skip
    yield "customers: width", _middle(widths, "high / low, median", "factor", 4.0, beside)


def _middle(values: Sequence[float], what: str, unit: str, bar: float, beside: dict[str, float]) -> Measured:
    if not values:
        return Measured(what, unit, None, bar=bar, why_not="none to judge")
    spread = np.random.default_rng(1).choice(np.array(values), (1000, len(values)))
    low, high = np.quantile(np.median(spread, axis=1), (0.025, 0.975))
    beside = {**beside, "90th of a hundred": float(np.quantile(values, 0.9))}
    return Measured(
        what, unit, float(np.median(values)), bar=bar, interval=(float(low), float(high)), beside=beside
    )


def _wilson(good: int, of: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    z2, share = 1.96**2, good / of
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = 1.96 * np.sqrt(share * (1 - share) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    return float(middle - half), float(middle + half)
