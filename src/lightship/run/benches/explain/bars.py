"""What the localiser is held to. Figures over few cases are wide: each stands with its 95 % interval."""

from collections.abc import Sequence
from statistics import median

from lightship.run.benches.explain import figures
from lightship.run.benches.explain.figures import Share
from lightship.run.benches.explain.judged import Judged
from lightship.run.benches.measured import Measured

NO_CASE = "no such case was drawn"
NO_EXACT = "wants the exact optimum (--exact)"


def bars(cases: Sequence[Judged]) -> list[tuple[str, Measured]]:
    """Every bar, those that were not drawn among them."""
    return [
        *_whole(cases),
        *_search(cases),
        *_published(cases),
        *_wrong(cases),
        *_tests(cases),
        *_speed(cases),
    ]


def _of(cases: Sequence[Judged], suites: str, cell: str = "") -> list[Judged]:
    return [each for each in cases if each.suite in suites and cell in each.cell]


def _wrong_edges(cases: Sequence[Judged], percent: int) -> list[Judged]:
    return [each for each in _of(cases, "E") if each.cell == f"{percent} % of edges wrong"]


def _bar(
    what: str, found: Share, *, least: float | None = None, bar: float | None = None, why_not: str = NO_CASE,
    **beside: float | str,
) -> Measured:  # fmt: skip
    counted = {"of": f"{found.hits} of {found.of}"} | {
        name.replace("_", " "): v for name, v in beside.items()
    }
    return Measured(
        what, "share", found.value, bar=bar, least=least, interval=found.interval,
        beside=counted if found.of else {}, why_not="" if found.of else why_not,
    )  # fmt: skip


def _whole(cases: Sequence[Judged]) -> list[tuple[str, Measured]]:
    a = _of(cases, "A")
    quiet = [each for each in a if each.cell != "10% noise"]
    two = _of(cases, "B", "2% noise")
    return [
        ("A set, beside exact", _beside_exact(a)),
        ("A recall", _recall(quiet)),
        ("A precision", _bar("components named that are out, all noise", figures.precision(a), least=0.9)),
        ("B set", _bar("two partial faults, 2 % noise: sets right", figures.sets(two), least=0.8)),
    ]


def _recall(quiet: Sequence[Judged]) -> Measured:
    """With what shows whether search or evidence is the limit: faults missed although naming them scores higher."""
    missed = [each for each in quiet if each.scores["ours"].found < each.scores["ours"].visible]
    search = sum(each.totals.truth > each.totals.answer + 0.01 for each in missed)
    solved = [each for each in quiet if each.exact is not None]
    best = figures.recall(solved, "exact")
    solved = [each for each in quiet if each.exact is not None]
    best = figures.recall(solved, "exact")
    return _bar(
        "faults that show and are named, <= 5 % noise", figures.recall(quiet), least=0.95,
        cases_with_a_miss=len(missed), the_truth_scores_higher_in=search,
        exact_on_the_proven_ones=f"{best.hits} of {best.of}" if solved else "not asked for",
    )  # fmt: skip


def _beside_exact(a: Sequence[Judged]) -> Measured:
    """By how much the exact optimum has more sets right, on the cases where it is proven."""
    solved = [each for each in a if each.exact is not None]
    if not solved:
        return Measured("sets that only exact has right", "share", None, bar=0.02, why_not=NO_EXACT)
    ours, best = figures.sets(solved), figures.sets(solved, "exact")
    better = sum(each.exact is not None and each.totals.answer < each.exact - 0.01 for each in solved)
    beside: dict[str, float | str] = {
        "ours": f"{ours.hits} of {ours.of}",
        "exact": f"{best.hits} of {best.of}",
        "exact scores higher in": better,
    }
    return Measured(
        "sets that only exact has right",
        "share",
        (best.hits - ours.hits) / len(solved),
        bar=0.02,
        beside=beside,
    )


def _search(cases: Sequence[Judged]) -> list[tuple[str, Measured]]:
    known = _of(cases, "ABCD")
    found = figures.below_truth(known, lambda each: each.totals.answer)
    plain = figures.below_truth(known, lambda each: each.totals.greedy)
    greedy = f"{plain.hits} of {plain.of}"
    what = "A-D: objective below the drawn truth's"
    return [("A-D below the truth", _bar(what, found, bar=0.01, plain_greedy=greedy))]


def _published(cases: Sequence[Judged]) -> list[tuple[str, Measured]]:
    words = figures.published(_of(cases, "ABCD"))
    wide = median(each.members for each in words) if words else 0
    five, fifteen = (figures.published(_wrong_edges(cases, percent)) for percent in (5, 15))
    return [
        ("A-D published", _bar(
            "published causes that are right", figures.share(each.right for each in words), least=0.99,
            members_of_a_class=wide)),
        ("E 5 % published", _bar(
            "the same, 5 % of edges wrong", figures.share(each.right for each in five), least=0.99)),
        ("E 15 % published", _bar("the same, 15 % of edges wrong", figures.share(each.right for each in fifteen))),
        ("published by +30 min", _in_time(_of(cases, "ABCD"))),
    ]  # fmt: skip


def _in_time(cases: Sequence[Judged]) -> Measured:
    solved = [each for each in cases if each.sure is not None]
    found = [fault in each.reported for each in solved for fault in each.sure or ()]
    shown, told = (
        sum(each.scores["ours"].visible for each in cases),
        sum(len(each.reported) for each in cases),
    )
    return _bar(
        "faults that exact has the margin for, published by +30 min", figures.share(found), least=0.7,
        why_not=f"{NO_EXACT}; {told} of all {shown} that show", all_that_show=f"{told} of {shown}",
    )  # fmt: skip


def _wrong(cases: Sequence[Judged]) -> list[tuple[str, Measured]]:
    edges, noise = _wrong_edges(cases, 5), _of(cases, "E", "understated")
    return [
        ("E 5 % precision", _bar("5 % of edges wrong: precision", figures.precision(edges), least=0.8)),
        ("E noise precision", _bar("noise 5 x understated: precision", figures.precision(noise), least=0.8)),
    ]


def _tests(cases: Sequence[Judged]) -> list[tuple[str, Measured]]:
    open_ = [each.separated for each in cases if each.separated is not None and each.suite in "ABCD"]
    found = figures.share(each.resolved for each in open_)
    lost = sum(not each.answerable for each in open_)
    what = "unsettled rivalries that the first suggestion settles"
    return [("separate by", _bar(what, found, least=0.8, truth_not_thought_of=lost))]


def _speed(cases: Sequence[Judged]) -> list[tuple[str, Measured]]:
    whole = [each.seconds for each in cases if each.suite in "ABCD"]
    if not whole:
        none = Measured("explain, all of it", "s", None, why_not=NO_CASE)
        return [("explain", none), ("update", none)]
    updates = [each.update_seconds / each.seconds for each in cases if each.suite in "ABCD"]
    slow = sorted(whole)[int(0.95 * (len(whole) - 1))]
    return [
        ("explain", Measured(
            "one explanation from nothing, one core", "s", median(whole), bar=1.0,
            beside={"95th percentile, s": slow, "longest, s": max(whole)})),
        ("update", Measured("the step after one more observation", "of that", median(updates), bar=0.05)),
    ]  # fmt: skip
