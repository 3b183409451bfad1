"""How it is shown: ours beside the published figures. No verdict: it is no bar."""

from lightship.run.benches.nab.suite import Nab
from lightship.run.output import print_json


def show(found: Nab, as_json: bool) -> None:
    """Print it."""
    if as_json:
        print_json(found)
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(
        "detector", "standard", "low FP", "low FN", title="NAB, ten files of real counts; 0 is silence"
    )
    for each in (found.ours, found.hindsight, *found.published):
        table.add_row(each.name, *(_said(value) for value in (each.standard, each.low_fp, each.low_fn)))
    Console().print(table)
    best = ", ".join(f"{each:g}" for each in found.hindsight_budgets)
    print(f"Budgets in hindsight: {best} a year, of {len(found.tried)} tried.")
    print("Alarms a file, fixed beforehand: " + ", ".join(f"{n} {k}" for n, k in found.alarms.items()))
    print(
        "A sanity check on real counts: people marked whole days, and an alarm is said once here. It is no bar."
    )


def _said(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
