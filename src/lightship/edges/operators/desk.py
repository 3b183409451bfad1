"""The operators' desk: incidents as operators see them, and acts on them, each an event of the log."""

import re
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path

import msgspec

from lightship.edges.stores.reading import StoreReader
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.decisions import ChangeIncident, Decision, Publish, WarnOperator
from lightship.vocabulary.errors import BadInput, StoreRefused
from lightship.vocabulary.events import OperatorAct
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.obligations import Obligation
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import Instant
from lightship.vocabulary.updates import Update

LONGEST = 400
"""Characters that a person may publish in one update: it has to fit into a text of the page."""
WAIT_SECONDS = 10.0

_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""Controls, and marks that turn or hide text: what is read has to be what was checked."""
_BLANK = re.compile(r"\[[^]]*\]")
"""What a draft leaves for a person to fill in."""
_NEEDS = {"say": "text", "release-cause": "text", "name-cause": "component", "name-kind": "category"}

Submit = Callable[[OperatorAct], "Future[tuple[Decision, ...]]"]


class Foreseen(msgspec.Struct, frozen=True):
    """What an act would bring about just now, by the same core that will decide it. Nothing of it has happened."""

    decisions: tuple[Decision, ...]
    settings: Settings
    network: NetworkMap


Foresee = Callable[[OperatorAct], Foreseen]


class Outcome(msgspec.Struct, frozen=True):
    """What came of an act: reasons of what changed, and what was published by it."""

    changed: tuple[str, ...]
    published: tuple[Update, ...]


class Entry(msgspec.Struct, frozen=True):
    """A line of the record of who did what. `seq`: the event's number in the log."""

    seq: int
    at: Instant
    act: OperatorAct


class Refused(Exception):
    """The act changed nothing; the text says why."""


class OperatorsDesk:
    """Reads the store beside the hub; acts go through the hub's own door.

    Args:
        submit: logs an act; durable when its future is done.
        foresee: tries an act on the present state and keeps nothing of it.
        rules: what an outage obliges to.
    """

    def __init__(
        self, store: Path, submit: Submit, foresee: Foresee | None = None, rules: tuple[Obligation, ...] = ()
    ) -> None:  # fmt: skip
        self._store, self._submit, self._foresee = store, submit, foresee
        self.rules = rules

    def incidents(self, *, only_open: bool = False) -> tuple[Incident, ...]:
        """All that are kept, newest first, whether the public knows of them or not."""
        with closing(StoreReader(self._store)) as store:
            found = [each for each in store.incidents() if each.is_open or not only_open]
        return tuple(sorted(found, key=lambda each: (not each.is_open, -each.opened_at, each.id)))

    def incident(self, name: str) -> tuple[Incident, tuple[Update, ...]] | None:
        """One, with what was published of it, oldest first; None: there is none."""
        with closing(StoreReader(self._store)) as store:
            found = store.incident(name)
            updates = tuple(each for each in store.updates() if each.incident == name)
        return None if found is None else (found, updates)

    def record(self, most: int = 200) -> tuple[Entry, ...]:
        """Who did what, newest first: every act in the log."""
        with closing(StoreReader(self._store)) as store:
            acts = [Entry(e.seq, e.at, e.event) for e in store.events() if isinstance(e.event, OperatorAct)]
        return tuple(reversed(acts[-most:]))

    def foresee(self, act: OperatorAct) -> Foreseen:
        """What the act would bring about. Raises BadInput; StoreRefused where the hub is not up."""
        if self._foresee is None:
            raise StoreRefused("the hub is not up")
        return self._foresee(checked(act))

    def act(self, act: OperatorAct) -> Outcome:
        """Do it, and wait until it is durable.

        Raises:
            BadInput: the act lacks something, or its text cannot be published; names the field.
            Refused: nothing changed.
            StoreRefused: the hub cannot take it now; nothing was done.
        """
        decided = self._submit(checked(act)).result(WAIT_SECONDS)
        refused = [each.text for each in decided if isinstance(each, WarnOperator) and "act" in each.reason]
        changed = tuple(each.reason for each in decided if isinstance(each, ChangeIncident))
        if refused and not changed:
            raise Refused(refused[0])
        return Outcome(changed, tuple(each.update for each in decided if isinstance(each, Publish)))


def checked(act: OperatorAct) -> OperatorAct:
    """The act with its text tidied. Raises BadInput, naming the field."""
    act = msgspec.structs.replace(act, text=checked_text(act.text))
    needed = _NEEDS.get(act.act)
    if needed and not getattr(act, needed):
        raise BadInput(needed, "nothing", f"{act.act} wants one")
    if act.incident is None:
        raise BadInput("incident", "nothing", "the id of an incident")
    return act


def checked_text(text: str) -> str:
    """A text of one line that may be published. Raises BadInput."""
    text = " ".join(text.split())
    if found := _HIDDEN.search(text):
        raise BadInput(
            "text", f"the character U+{ord(found[0]):04X}", "letters that everybody sees as you do"
        )
    if len(text) > LONGEST:
        raise BadInput("text", f"{len(text)} characters", f"at most {LONGEST}")
    if blank := _BLANK.search(text):
        raise BadInput("text", f"{blank[0]} is not filled in yet", "what is meant, without the brackets")
    return text
