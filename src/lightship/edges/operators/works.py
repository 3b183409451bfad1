"""Planned work that people of this network announce: kept beside what carriers announce, and believed alike."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import get_args

from lightship.edges.clock import Clock
from lightship.edges.feeds.feed import Heard, Notice
from lightship.edges.intake.hearing import Hearing
from lightship.edges.intake.inbox import Inbox
from lightship.edges.operators.desk import checked_text
from lightship.vocabulary.components import ComponentId, NetworkMap
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.planned_work import Impact, PlannedWork
from lightship.vocabulary.time import DAY, Instant
from lightship.vocabulary.zones import zone

FEED = "operators"
LONGEST = 14 * DAY
MOST = 50
"""Components of one piece of work."""


class Works:
    """Announces work and calls it off."""

    def __init__(self, inbox: Inbox, clock: Clock) -> None:
        self._inbox, self._clock = inbox, clock
        self._hearing = Hearing(inbox, FEED, 1.0)

    def all(self) -> tuple[PlannedWork, ...]:
        """All announced work, ours and others', under way or to come."""
        return self._inbox.works(self._clock())

    def announce(self, given: Mapping[str, str], network: NetworkMap, zone_name: str) -> str:
        """Keep what a form says; gives its id. Durable on return. Raises BadInput, naming the field."""
        starts, ends = (_instant(given.get(name, ""), name, zone_name) for name in ("starts", "ends"))
        if not starts < ends <= starts + LONGEST:
            raise BadInput("ends", given["ends"], "after the start, and at most 14 days after it")
        if ends <= self._clock():
            raise BadInput("ends", f"{given['ends']} is over", "work that is to come, or under way")
        notice = Notice(
            secrets.token_hex(5), 0, starts, ends, _components(given.get("components", ""), network),
            _impact(given.get("impact", "")), checked_text(given.get("summary", "")),
        )  # fmt: skip
        self._hearing.take(Heard(notices=(notice,)), self._clock())
        return f"{FEED} {notice.id}"

    def call_off(self, name: str) -> bool:
        """Work of ours does not take place. False: there is none of that name."""
        found = next((each for each in self.all() if each.id == name), None)
        feed, _, own = name.partition(" ")
        if found is None or feed != FEED:
            return False
        off = Notice(own, 1, found.starts, found.ends, found.subjects, found.impact, found.summary, off=True)
        self._hearing.take(Heard(notices=(off,)), self._clock())
        return True


def _instant(text: str, name: str, zone_name: str) -> Instant:
    """What a browser's field for date and time gives, on the clocks of the deployment."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(name, text[:40] or "nothing", "a date and time, such as 2031-03-06T02:00") from None
    if read.tzinfo is None:
        read = read.replace(tzinfo=zone(zone_name))
    return Instant(round(read.timestamp() * 1000))


def _components(text: str, network: NetworkMap) -> tuple[ComponentId, ...]:
    names = [ComponentId(each) for each in text.replace(",", " ").split()]
    if not names or len(names) > MOST:
        raise BadInput("components", f"{len(names)} named", f"1 to {MOST} components of the map, by id")
    for each in names:
        if each not in network.component:
            raise BadInput(
                "components", f"no component {each[:64]!r} on the map", "ids as `lightship map` shows them"
            )
    return tuple(dict.fromkeys(names))


def _impact(text: str) -> Impact:
    for each in get_args(Impact):
        if each == text:
            found: Impact = each
            return found
    raise BadInput("impact", text[:40] or "nothing", " or ".join(get_args(Impact)))
