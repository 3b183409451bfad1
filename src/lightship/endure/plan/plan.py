"""The plan as it is printed: everything in words, in the order in which people need it."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from lightship.endure.plan.facts import Application, Diversion, Firm, Person, Provider
from lightship.endure.plan.playbook import Kind, Playbooks
from lightship.endure.plan.steps import steps_for
from lightship.vocabulary.sources import Source

NOT_KNOWN = "not known"


class Reached(msgspec.Struct, frozen=True):
    """One address of an application, tried over one line. `up` None: not tried; `detail` says why or what was found."""

    address: str
    line: str
    up: bool | None
    detail: str = ""


class PlannedStep(msgspec.Struct, frozen=True):
    """A step with the number of its source in the list at the end; 0: ours."""

    text: str
    source: int = 0


class Chapter(msgspec.Struct, frozen=True):
    """What to do when one service is out."""

    service: str
    symptom: str
    steps: tuple[PlannedStep, ...]


class PlannedApplication(msgspec.Struct, frozen=True):
    """An application with what it needs, what was found, and what to do without it. `source`: of its addresses."""

    name: str
    needs: tuple[str, ...]
    reached: tuple[Reached, ...]
    without: str
    note: str
    source: int = 0


class Plan(msgspec.Struct, frozen=True):
    """The whole. `gaps`: what is not known or missing, as questions to settle before the day."""

    name: str
    emergency: tuple[str, ...]
    people: tuple[Person, ...]
    providers: tuple[Provider, ...]
    chapters: tuple[Chapter, ...]
    applications: tuple[PlannedApplication, ...]
    diversions: tuple[Diversion, ...]
    power: tuple[PlannedStep, ...]
    gaps: tuple[str, ...]
    sources: tuple[Source, ...]


def plan(
    firm: Firm, books: Playbooks, emergency: Sequence[str], reached: Mapping[str, Sequence[Reached]]
) -> Plan:  # fmt: skip
    """Put it together.

    Args:
        emergency: the fixed texts of the nation; never changed here.
        reached: by the name of an application, what was found of it.
    """
    numbers: dict[str, int] = {}

    def numbered(text: str, source: str) -> PlannedStep:
        return PlannedStep(text, numbers.setdefault(source, len(numbers) + 1) if source else 0)

    chapters = tuple(
        Chapter(
            book.service,
            book.symptom,
            tuple(numbered(step.text, step.source) for step in steps_for(book, firm)),
        )
        for book in books.playbooks
    )
    power = tuple(numbered(text, source) for text, source in _power(firm))
    applications = tuple(
        _application(each, books.applications, reached.get(each.name, ()), numbered)
        for each in firm.applications
    )
    return Plan(
        firm.name, tuple(emergency), firm.people, firm.providers, chapters, applications, firm.diversions, power,
        gaps(firm), tuple(books.sources[each] for each in numbers),
    )  # fmt: skip


def gaps(firm: Firm) -> tuple[str, ...]:
    """What the plan cannot say, because nobody has told it."""
    asked = (
        (not firm.people, "Nobody is named to call (people)."),
        (
            not firm.providers,
            "No provider is named, with the number and account to have at hand (providers).",
        ),
        (
            any(not each.phone for each in firm.providers),
            "A provider has no telephone number (providers[].phone).",
        ),
        (firm.digital_voice is None, "Is the telephone plugged into the router? (digital_voice)"),
        (
            firm.digital_voice is not False and firm.battery_minutes is None,
            "For how long do router and telephone work without mains power? (battery_minutes)",
        ),
        (
            firm.relies_on_landline is None,
            "Does anybody have no other way to call for help? (relies_on_landline)",
        ),
        (not firm.second_line, "There is no second way to get online (second_line)."),
        (not firm.diversions, "No diversion of calls is prepared (diversions)."),
        (
            any(not each.tried for each in firm.diversions),
            "A diversion of calls was never tried (diversions[].tried).",
        ),
        (not firm.applications, "No application is named that the work depends on (applications)."),
    )
    return tuple(text for missing, text in asked if missing)


def _power(firm: Firm) -> list[tuple[str, str]]:
    """What the firm's telephone does without mains power."""
    if firm.digital_voice is False:
        return [
            ("The telephone is not plugged into the router: a corded one may work without mains power.", "")
        ]
    known = "A telephone that works through the router stops when the router has no power."
    if firm.digital_voice is None:
        known = f"It is not known whether the telephone works through the router. {known}"
    battery = {
        None: "How long a battery keeps it going is not known: count on nothing.",
        0: "There is no battery.",
    }
    lasts = battery.get(
        firm.battery_minutes,
        f"A battery keeps router and telephone going for about {firm.battery_minutes} minutes.",
    )
    found = [(known, "ofcom-power"), (lasts, "")]
    if firm.relies_on_landline is not False:
        found.append((
            "Whoever has no other way to call for help can ask the provider for something that lasts an hour at least; "
            "it should cost them nothing.", "ofcom-power",
        ))  # fmt: skip
    return found


def _application(
    each: Application, kinds: Mapping[str, Kind], found: Sequence[Reached],
    numbered: Callable[[str, str], PlannedStep],
) -> PlannedApplication:  # fmt: skip
    kind = kinds.get(each.kind, Kind(each.name))
    note = numbered(kind.note, kind.source if not each.needs else "")
    return PlannedApplication(
        each.name, each.needs or kind.needs, tuple(found), each.without or kind.without or NOT_KNOWN, note.text,
        note.source,
    )  # fmt: skip


def needs_of(each: Application, kinds: Mapping[str, Kind]) -> tuple[str, ...]:
    """The addresses that an application needs: its own, else those of its kind."""
    return each.needs or kinds.get(each.kind, Kind(each.name)).needs
