"""A scenario: one outage with known truth, what is known of it and what is assumed kept apart."""

from typing import Literal

import msgspec

from lightship.simulate.background import Background
from lightship.simulate.faults import Fault, Intervention
from lightship.simulate.observers import PassiveModel, ProbesModel, ReportsModel
from lightship.simulate.offsets import Offset
from lightship.simulate.targets import DeadlineId
from lightship.simulate.truth import Truth
from lightship.vocabulary.components import ComponentId, NetworkMap
from lightship.vocabulary.settings import Deployment
from lightship.vocabulary.signals import FeedKind
from lightship.vocabulary.time import Instant

NeverRule = Literal[
    "name_a_town_as_centre", "state_cause_without_evidence", "print_reports_as_customers",
    "close_before_service_back", "name_a_third_party_before_source", "repeat_yesterdays_cause",
    "declare_national_incident", "blame_healthy_provider", "say_unknown_as_known",
]  # fmt: skip
"""What must never be published; docs/reference/scenario.md says what each means."""


class Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fact that a source states: what it is about, what the source says, and the address of the page."""

    what: str
    value: str
    source: str


class Assumed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number or choice of ours: `why` says what it leans on."""

    what: str
    value: str
    why: str = ""


class FeedEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A typed event that a feed delivers during the run.

    Args:
        time_kind: whether the minute is from a source or ours.
        names_publicly: with it the party has published its own name, at `url`.
    """

    at: Offset
    feed: str
    subject: ComponentId
    kind: FeedKind
    text: str = ""
    url: str = ""
    names_publicly: bool = False
    time_kind: Literal["sourced", "assumed"] = "assumed"


class Published(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the world saw at the time, for side-by-side output; never an input of the simulation.

    Args:
        at: absent: the minute is not known.
        truthful: how it compares with what was found out later; empty: cannot be said.
    """

    by: str
    text: str
    channel: str = ""
    at: Offset | None = None
    source: str = ""
    truthful: Literal["", "yes", "partly", "no"] = ""


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One outage, end to end.

    Args:
        record: the recorded event that it follows; empty: invented.
        deployment: provider: whoever runs the network also runs Lightship. outsiders: others do.
        runs_it: who publishes the page, in words.
        t0: the true onset; everything else is counted from it.
        start, end: of the run, from t0: the warm-up before it and the tail after it.
        network: the map as it was on the day, made up where nobody published it.
        deadlines: by when each question is to be answered rightly; `simulate.targets` says after what.
    """

    schema: Literal["lightship-scenario/1"]
    id: str
    title: str
    deployment: Deployment
    t0: Instant
    tz: str
    seed: int
    start: Offset
    end: Offset
    network: NetworkMap
    record: str = ""
    runs_it: str = ""
    known: tuple[Known, ...] = ()
    assumed: tuple[Assumed, ...] = ()
    faults: tuple[Fault, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    background: tuple[Background, ...] = ()
    reports: ReportsModel = ReportsModel()
    probes: ProbesModel = ProbesModel()
    passive: tuple[PassiveModel, ...] = ()
    feeds: tuple[FeedEntry, ...] = ()
    published: tuple[Published, ...] = ()
    truth: tuple[Truth, ...] = ()
    deadlines: dict[DeadlineId, Offset] = {}
    never: tuple[NeverRule, ...] = ()
