"""How much is drawn: the short form of `make bench`, and the full one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lightship.run.benches.explain.cases import Conditions, Suite
from lightship.run.benches.explain.judged import Judged
from lightship.run.benches.explain.judging import judge
from lightship.run.benches.explain.suites import CONDITIONS, cases
from lightship.run.benches.explain.world import World, world
from lightship.run.benches.measured import Measured
from lightship.simulate.watched.shape import LARGE, SMALL, Shape

SHORT, FULL = 1, 40
"""Cases under each condition."""

SEED = 1
SIZES = {"large": LARGE, "small": SMALL}


@dataclass(frozen=True)
class Form:
    """What is asked for.

    Args:
        count: cases under each condition. exact: with the exact optimum beside; about twice the time.
    """

    seed: int = SEED
    suites: Sequence[Suite] = tuple(CONDITIONS)
    count: int = SHORT
    shape: Shape = LARGE
    exact: bool = True

    @property
    def conditions(self) -> list[Conditions]:
        """Those of the suites, by the map that they need, so that no map is made twice."""
        found = [under for suite in self.suites for under in CONDITIONS[suite]]
        return sorted(found, key=lambda under: (_seen(under), under.wrong))

    @property
    def total(self) -> int:
        """How many cases."""
        return self.count * len(self.conditions)


def run(form: Form) -> Iterator[Judged]:
    """All cases, one by one."""
    made: dict[tuple[str, float], World] = {}
    for under in form.conditions:
        key = (_seen(under), under.wrong)
        if key not in made:
            made = {
                key: world(form.shape, form.seed, "reports" if under.suite == "F" else "tests", under.wrong)
            }
        for case in cases(made[key], under, form.count, form.seed):
            yield judge(made[key], case, certify=form.exact)


def short() -> Iterator[tuple[str, Measured]]:
    """The bars of the short form, without the exact optimum: that takes longer than all the rest."""
    from lightship.run.benches.explain.bars import bars

    return iter(bars(list(run(Form(exact=False)))))


def _seen(under: Conditions) -> str:
    return "reports" if under.suite == "F" else "tests"
