"""The results for people and for machines."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from lightship import __version__
from lightship.explain.calibration import SHIPPED
from lightship.explain.curve import naming_margin
from lightship.run.benches.explain import figures
from lightship.run.benches.explain.bars import bars
from lightship.run.benches.explain.calibrating import Calibration, calibration_of
from lightship.run.benches.explain.form import Form
from lightship.run.benches.explain.judged import Judged
from lightship.run.benches.explain.plots import page, plots
from lightship.run.benches.showing import BarLine, lines_of


class Cell(msgspec.Struct, frozen=True):
    """One method under one condition; shares are (hits, of)."""

    suite: str
    cell: str
    method: str
    cases: int
    sets: figures.Share
    precision: figures.Share
    recall: figures.Share
    below_truth: figures.Share | None = None


class Document(msgspec.Struct, frozen=True):
    """All of it, as written to explain.json. Simulated, every case."""

    version: str
    seed: int
    cases_each: int
    bars: list[BarLine]
    cells: list[Cell]
    cases: Sequence[Judged]
    calibration: Calibration | None = None
    simulated: bool = True


def cells(cases: Sequence[Judged]) -> list[Cell]:
    """Every condition with every method; SCORE at its best threshold over the suite, in hindsight."""
    found = []
    for suite, name in dict.fromkeys((each.suite, each.cell) for each in cases):
        own = [each for each in cases if (each.suite, each.cell) == (suite, name)]
        best = figures.best_risk_groups([each for each in cases if each.suite == suite])
        for method in ("ours", "greedy", best, "shared ancestor", "constant"):
            found.append(_cell(suite, name, method, own))
    return found


def _cell(suite: str, name: str, method: str, own: Sequence[Judged]) -> Cell:
    below = None
    if method == "ours":
        below = figures.below_truth(own, lambda each: each.totals.answer)
    elif method == "greedy":
        below = figures.below_truth(own, lambda each: each.totals.greedy)
    return Cell(
        suite, name, method, len(own), figures.sets(own, method), figures.precision(own, method),
        figures.recall(own, method), below,
    )  # fmt: skip


def print_cells(cases: Sequence[Judged]) -> None:
    """One line a condition, each method's sets right beside the others; then precision, recall, what was published."""
    from rich.console import Console
    from rich.table import Table

    table = Table(
        "condition", "n", "ours", "greedy", "SCORE", "anc.", "const", "prec.", "rec.", "publ.", "wrong",
        title="Explain: shares of sets right, by method (simulated)", box=None, padding=(0, 1, 0, 0), pad_edge=False,
    )  # fmt: skip
    for column in table.columns[1:]:
        column.justify, column.no_wrap = "right", True
    rows = cells(cases)
    for n in range(0, len(rows), 5):
        ours = rows[n]
        words = figures.published([e for e in cases if (e.suite, e.cell) == (ours.suite, ours.cell)])
        table.add_row(
            f"{ours.suite} {ours.cell}", str(ours.cases), *(_said(each.sets) for each in rows[n : n + 5]),
            _said(ours.precision), _said(ours.recall), str(len(words)), str(sum(not each.right for each in words)),
        )  # fmt: skip
    Console().print(table)
    Console().print(
        "n: cases; anc.: the largest shared ancestor; const: always the same; publ.: causes named to operators",
        style="dim",
    )


def print_calibration(cases: Sequence[Judged]) -> None:
    """The curve that these cases would give, beside the one in use, both on the half that it was not fitted to."""
    from rich.console import Console

    found = calibration_of(cases, "")
    if found is None:
        return
    lines = [
        f"{name}: a cause is named from {naming_margin(curve):.1f} nats; of the other half's, {held.named.hits} of "
        f"{held.named.of} so named are right; mean squared error {held.brier:.4f}"
        for name, curve, held in (
            ("fitted to half of these", found.curve, found.new),
            ("in use", SHIPPED, found.in_use),
        )
    ]
    Console().print(
        "From a margin to a probability (simulated)",
        *(f"  {each}" for each in lines),
        sep="\n",
        highlight=False,
    )


def _said(found: figures.Share) -> str:
    return "-" if found.value is None else f"{found.value:.2f}"


def write(folder: Path, form: Form, cases: Sequence[Judged]) -> None:
    """explain.json, the plots, and a page that shows them."""
    folder.mkdir(parents=True, exist_ok=True)
    fitted = calibration_of(
        cases, f"lightship bench explain, seed {form.seed}, suites {''.join(form.suites)}"
    )
    document = Document(
        __version__, form.seed, form.count, lines_of(bars(cases)), cells(cases), cases, fitted
    )
    (folder / "explain.json").write_bytes(msgspec.json.format(msgspec.json.encode(document)))
    drawn = plots(cases, cells(cases))
    for name, svg in drawn.items():
        (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
    (folder / "explain.html").write_text(page(document.bars, drawn, form.seed), encoding="utf-8")
