"""The bars of probing, one after the other."""

from collections.abc import Callable, Iterator

from lightship.run.benches.measured import Measured
from lightship.run.benches.probes import accuracy, beside, flood, innocence, journey, schedule

Bar = tuple[str, Measured]


def short() -> Iterator[Bar]:
    """Few probes, three runs of each side."""
    return bars(many=2_000, runs=3)


def bars(many: int, runs: int, only: tuple[str, ...] = ()) -> Iterator[Bar]:
    """Every bar, as it is measured.

    Args:
        many: probes a run. runs: of each side, in turn. only: these parts; empty: all.
    """
    for name, part in PARTS.items():
        if not only or name in only:
            yield from part(many, runs)


PARTS: dict[str, Callable[[int, int], Iterator[Bar]]] = {
    "cpu": beside.cpu,
    "mail": lambda _, runs: iter([("mail", journey.measure(runs))]),
    "accuracy": lambda _, __: iter([("rtt", accuracy.measure())]),
    "schedule": lambda _, __: iter([("schedule", schedule.measure())]),
    "innocence": lambda _, __: innocence.measure(),
    "reports": lambda _, __: flood.measure(),
}
"""What can be measured alone."""
