"""What operators are shown of a cause: the class, how sure, what speaks for it and against, and who comes next."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lightship.run.judge.record import View
from lightship.vocabulary.components import ComponentId, NetworkMap
from lightship.vocabulary.diagnosis import Diagnosis, LikelihoodRatio

if TYPE_CHECKING:
    from rich.console import Console

SHOWN = 5


def best_diagnosis(seen: Sequence[View], incident: str | None) -> Diagnosis | None:
    """The incident's first named diagnosis; without one, its last. None: nothing was ever suspected."""
    found = [view.diagnosis for view in seen if view.incident == incident and view.diagnosis is not None]
    named = [each for each in found if each.standing != "under investigation"]
    return named[0] if named else found[-1] if found else None


def print_diagnosis(console: "Console", found: Diagnosis, network: NetworkMap) -> None:
    """The evidence record in some twenty lines. Names in it are for operators."""
    from rich.markup import escape

    def named(members: Sequence[ComponentId]) -> str:
        return escape(", ".join(_name(each, network) for each in members) or "none of the modelled causes")

    console.print(f"\n[bold]What operators see of the cause[/bold]  ({found.standing})")
    console.print(f"  class: {named(found.members)}")
    console.print(
        f"  margin {found.margin:.1f} nats over the best explanation without it; "
        f"right with probability {found.probability:.2f}"
    )
    e = found.explained
    console.print(
        f"  explains {e.down_seen} of {e.down_predicted} rows that it predicts down; "
        f"{e.up_though_predicted} of them are clearly up; {e.unexplained} rows are down without it"
    )
    for title, ratios in (("for", found.evidence_for), ("against", found.evidence_against)):
        for ratio in ratios[:SHOWN]:
            console.print(f"  [dim]{title:>7}[/dim] {escape(_ratio(ratio))}")
    if not found.evidence_against:
        console.print("  [dim]against[/dim] nothing that was measured")
    for rival in found.runners_up:
        console.print(
            f"  [dim]  rival[/dim] {escape(rival.name) or named(rival.members)}, {rival.nats_behind:.1f} nats behind"
        )
        for each in rival.decisive[:1]:
            told = f"{each.nats:+.1f}  {each.observation}: if this {each.if_this}, if that {each.if_rival}"
            console.print(f"          [dim]decided by {escape(told)}[/dim]")
    for test in found.separate_by[:2]:
        console.print(
            f"  [dim]   next[/dim] {escape(test.test)} [dim](expected to tell {test.expected_gain:.1f} nats)[/dim]"
        )
    known = [f"{each.name} {each.probability:.2f}" for each in found.categories]
    console.print(f"  category: {escape(', '.join(known)) or 'not known'}")


def _name(component: ComponentId, network: NetworkMap) -> str:
    known = network.component.get(component)
    return f"{component} ({known.name})" if known else component


def _ratio(each: LikelihoodRatio) -> str:
    seen = f": {each.seen}" if each.seen else ""
    expected = f", expected {each.expected}" if each.expected else ""
    return f"{each.nats:+.1f}  {each.observation}{seen}{expected}"
