"""The two pages, ready and plan, as text and as HTML that prints on paper."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from lightship.endure.plan.plan import Plan, PlannedStep
from lightship.endure.ready.answer import Answer
from lightship.tell.site.shell import ICON, small

_TEMPLATES = Path(__file__).parent / "templates"
MARKS = {"ready": "ok", "old": "OLD", "missing": "MISSING", "unknown": "NOT KNOWN"}
NAMES = {
    "broadband": "Broadband is out", "voice": "The telephone is out", "email": "E-mail is out",
    "mobile": "Mobile is out", "power": "There is no power",
}  # fmt: skip


def ready_text(page: tuple[Answer, ...]) -> Iterator[str]:
    """For a terminal."""
    width = max(len(mark) for mark in MARKS.values())
    for each in page:
        yield f"{MARKS[each.state]:<{width}}  {each.question} {each.said}"
        if each.mend:
            yield f"{'':<{width}}  -> {each.mend}"
    open_ones = sum(each.state != "ready" for each in page)
    yield ""
    yield "Everything is ready." if not open_ones else f"{open_ones} of {len(page)} to be mended."


def plan_text(plan: Plan, made: str) -> Iterator[str]:
    """For a terminal or a plain printer."""
    yield f"CONTINUITY PLAN{f' of {plan.name}' if plan.name else ''}, made {made}"
    yield from _part("Emergency", plan.emergency)
    yield from _part(
        "People",
        (f"{each.name}, {each.phone}" + (f" ({each.does})" if each.does else "") for each in plan.people),
    )
    yield from _part("Providers", (
        f"{each.name} ({', '.join(each.services)}): {each.phone or 'telephone not known'}; account "
        f"{each.account or 'not known'}; {each.page or 'service page not known'}" for each in plan.providers
    ))  # fmt: skip
    for chapter in plan.chapters:
        yield f"\n{NAMES[chapter.service].upper()}\n  {chapter.symptom}"
        yield from (f"  {number}. {_step(each)}" for number, each in enumerate(chapter.steps, 1))
    yield from _part("Calls", (
        f"{each.number} to {each.to}: {each.how or 'how is not known'}; last tried {each.tried or 'never'}"
        for each in plan.diversions
    ))  # fmt: skip
    yield from _part("Telephone without power", map(_step, plan.power))
    for application in plan.applications:
        yield f"\n{application.name.upper()}"
        yield from (f"  needs {address}" for address in application.needs)
        yield from (
            f"  {each.address} over {each.line}: {'answers' if each.up else 'NO ANSWER'} ({each.detail})"
            for each in application.reached
        )
        yield f"  without it: {application.without}"
        if application.note:
            yield f"  {application.note}" + (f" [{application.source}]" if application.source else "")
    yield from _part("To be settled", plan.gaps)
    yield from _part(
        "Sources", (f"[{n}] {each.publisher}, {each.url}" for n, each in enumerate(plan.sources, 1))
    )


def html(template: str, **words: Any) -> str:
    """A page that needs nothing else."""
    paper = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    paper.filters["coded"] = _coded
    css = small((_TEMPLATES / "style.css").read_text("utf-8"))
    return paper.get_template(template).render(css=css, icon=ICON, marks=MARKS, names=NAMES, **words)


def _coded(text: str) -> Markup:
    """A text whose commands stand between backticks, as HTML."""
    parts = [
        f"<code>{escape(each)}</code>" if n % 2 else escape(each) for n, each in enumerate(text.split("`"))
    ]
    return Markup("".join(parts))  # noqa: S704 - every part was escaped just now


def _part(heading: str, lines: "Iterator[str] | tuple[str, ...] | map[str]") -> Iterator[str]:
    found = list(lines)
    if found:
        yield f"\n{heading.upper()}"
        yield from (f"  {each}" for each in found)


def _step(step: PlannedStep) -> str:
    return f"{step.text} [{step.source}]" if step.source else step.text
