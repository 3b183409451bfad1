"""Playbooks: what to do when a service is out, as data. A step says what it needs; what cannot work is left out."""

from typing import Literal

import msgspec

from lightship.endure.plan.facts import Service
from lightship.vocabulary.sources import Source

Need = Literal["mains", "broadband", "voice", "mobile", "online", "email"]
"""mains: power from the wall. online: the internet by any way. email: the provider's mailbox."""
NEEDS: tuple[Need, ...] = ("mains", "broadband", "voice", "mobile", "online", "email")
Condition = Literal[
    "digital-voice",
    "analogue-voice",
    "battery",
    "no-battery",
    "relies-on-landline",
    "second-line",
    "diversion",
]


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to do.

    Args:
        needs: what has to work for it; it is left out where one of them is out.
        only_if: what the firm's facts have to say; a fact that is not known does not hold, and does not fail either
            where the step is about safety (`keep_if_unknown`).
        source: key of a source in the file; empty: ours.
    """

    text: str
    needs: tuple[Need, ...] = ()
    only_if: tuple[Condition, ...] = ()
    keep_if_unknown: bool = False
    source: str = ""


class Playbook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to do when one service is out. `symptom`: how people notice."""

    service: Service
    symptom: str
    steps: tuple[Step, ...]


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A well-known application: what it needs, and what to do without it."""

    name: str
    needs: tuple[str, ...] = ()
    note: str = ""
    without: str = ""
    source: str = ""


class Playbooks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shipped file."""

    sources: dict[str, Source]
    playbooks: tuple[Playbook, ...]
    applications: dict[str, Kind]
