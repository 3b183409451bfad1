"""The bars of failover on simulated lines (all figures: simulated), each beside its peers on the same lines."""

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from lightship.endure.wan.decider import Decider
from lightship.endure.wan.decisions import AllDown, UseResolver
from lightship.run.benches.measured import Measured
from lightship.run.benches.wan.peers import PEERS, judged
from lightship.run.wan import simulated
from lightship.run.wan.simulated import FIBRE_AND_4G, Ran, packets_lost, run
from lightship.simulate.links.conditions import Trouble
from lightship.simulate.links.weeks import WEEK, Noise, noisy_week

AT = 60.0
USUAL_LOSS = 0.02
Named = Iterator[tuple[str, Measured]]


def bars(runs: int, weeks: int) -> Named:
    """All of them, each as soon as it is measured."""
    yield from _cut(runs)
    yield from _brown(runs)
    yield from _names(runs)
    yield from _flapping()
    yield from _both_down()
    yield from _weeks(weeks)
    yield from _idle()
    yield from _rate()


def _ranges(runs: int, make: Callable[[float], Sequence[Trouble]], seconds: float) -> list[Ran]:
    """The same trouble at other moments of the probes' turns."""
    return [run(make(AT + n * 0.0473), seconds, seed=n, usual_loss=0.0) for n in range(runs)]


def _waits(ran: Sequence[Ran]) -> list[float]:
    """Seconds from the trouble to the switch; the whole course where there was none."""
    return [
        each.switches[0].at - AT - n * 0.0473 if each.switches else each.seconds for n, each in enumerate(ran)
    ]


def _beside(ran: Ran) -> dict[str, float | str]:
    """What peers did on the first course."""
    found: dict[str, float | str] = {}
    for name, peer in PEERS.items():
        seen = judged(peer, ran.courses, ran.seconds)
        when = f"{seen.switches[0][0] - AT:.1f} s" if seen.switches else "never"
        found[name] = f"{when}, {len(seen.switches)} switches, {seen.lost:.0f} packets lost"
    return found


def _cut(runs: int) -> Named:
    ran = _ranges(runs, lambda at: [Trouble(at, at + 100.0, 0, "cut")], AT + 200.0)
    waits, lost = _waits(ran), [packets_lost(each) for each in ran]
    beside = {"worst, s": max(waits), **_beside(ran[0])}
    yield "cut", _median("simulated: black hole, until switched", "s", waits, 0.8, beside)
    yield "cut, worst", Measured("simulated: the same, worst", "s", max(waits), tuple(waits), 1.2)
    yield (
        "cut, packets",
        Measured("simulated: packets lost of 100/s, worst", "packets", max(lost), tuple(lost), 120),
    )


def _brown(runs: int) -> Named:
    for share, bar in ((0.3, 5.0), (0.1, 20.0)):
        ran = _ranges(runs, lambda at, share=share: [Trouble(at, at + 1200.0, 0, "loss", share)], AT + 1200.0)  # type: ignore[misc]
        waits = _waits(ran)
        beside = {"worst, s": max(waits), **_beside(ran[0])}
        yield (
            f"loss {share:.0%}",
            _median(f"simulated: {share:.0%} loss, until switched", "s", waits, bar, beside),
        )
        again = sum(len(each.switches) - 1 for each in ran)
        what = f"simulated: {share:.0%} loss for 20 min, switches after the first"
        yield f"loss {share:.0%}, again", Measured(what, "switches", again, bar=0)


def _names(runs: int) -> Named:
    ran = _ranges(runs, lambda at: [Trouble(at, at + 100.0, 0, "dns")], AT + 150.0)
    yield (
        "names",
        _median("simulated: no resolver answers, until switched", "s", _waits(ran), 5.0, _beside(ran[0])),
    )
    ran = _ranges(runs, lambda at: [Trouble(at, at + 100.0, 0, "dns", target=3)], AT + 150.0)
    waits = [_resolver_at(each) - AT - n * 0.0473 for n, each in enumerate(ran)]
    switches = sum(len(each.switches) for each in ran)
    beside = {"worst, s": max(waits), "lines switched": switches}
    yield (
        "resolver",
        _median("simulated: one resolver dead, until the other is used", "s", waits, 5.0, beside),
    )


def _resolver_at(ran: Ran) -> float:
    return next((each.at for each in ran.decisions if isinstance(each, UseResolver)), ran.seconds)


def _flapping() -> Named:
    ran = run([Trouble(AT + 18 * n, AT + 18 * n + 6, 0, "cut") for n in range(6)], AT + 300.0)
    count = len(ran.switches)
    beside = {"packets lost": packets_lost(ran), **_beside(ran)}
    yield "flapping", Measured("simulated: 6 s down, 12 s up, six times: switches", "switches", count, bar=2,
                               least=2, beside=beside)  # fmt: skip


def _both_down() -> Named:
    ran = run([Trouble(AT, AT + 100.0, n, "cut") for n in (0, 1)], AT + 300.0)
    said = sum(isinstance(each, AllDown) and not each.over for each in ran.decisions)
    yield "both down", Measured("simulated: both lines down: switches", "switches", len(ran.switches), bar=0)
    yield "both down, said", Measured("simulated: the same: messages", "messages", said, bar=1, least=1)


def _weeks(weeks: int) -> Named:
    """Leaving would be wrong at every instant."""
    switches, spent, results, wrong = 0, 0.0, 0, dict.fromkeys(PEERS, 0)
    for seed in range(weeks):
        began = time.process_time()
        ran = run(noisy_week(seed, Noise(), 2, 3), WEEK, seed=seed, usual_loss=USUAL_LOSS)
        spent += time.process_time() - began
        switches += len(ran.switches)
        results += ran.results
        for name, peer in PEERS.items():
            wrong[name] += len(judged(peer, ran.courses, ran.seconds, seed).switches)
    what = f"simulated: false switches in {weeks} noisy week{'s' if weeks > 1 else ''}"
    beside = {"seconds of one core a week": spent / weeks, "results a week": results / weeks,
              **{f"{name}, switches": count for name, count in wrong.items()}}  # fmt: skip
    yield "noise", Measured(what, "switches", switches, bar=0, beside=beside)


def _idle() -> Named:
    ran = run([], 86400.0, usual_loss=0.0)
    figure = ran.bytes[1] * 31 / 1e6
    yield "idle", Measured("simulated: an idle 4G line, probes of 31 days", "MB", figure, bar=5.0)


def _rate() -> Named:
    """Recorded results of a noisy day through a fresh decider."""
    recorded: list[tuple[float, int, int, int, float]] = []
    simulated.run(noisy_week(1, Noise(), 2, 3), 86400.0, seed=1, usual_loss=USUAL_LOSS, heard=recorded.append)
    rates = []
    for _ in range(3):
        take, began = Decider(FIBRE_AND_4G).take, time.process_time()
        for each in recorded:
            take(*each)
        rates.append(len(recorded) / (time.process_time() - began))
    figure = statistics.median(rates)
    yield (
        "decider",
        Measured("results that the decider takes, a noisy day", "1/s", figure, tuple(rates), least=500_000),
    )


def _median(
    what: str, unit: str, runs: Sequence[float], bar: float, beside: Mapping[str, float | str]
) -> Measured:
    return Measured(what, unit, statistics.median(runs), tuple(runs), bar, beside)
