"""How grave, in the four words that other programs know: none, minor, major, critical."""

from collections.abc import Sequence
from typing import Literal

from lightship.tell.site.shown import Shown
from lightship.tell.site.standing import NEARLY_ALL, failing_services
from lightship.tell.site.view import View
from lightship.vocabulary.services import ServiceId

Gravity = Literal["minor", "major", "critical"]

_RANK: dict[Gravity, int] = {"minor": 0, "major": 1, "critical": 2}

WIDE = 0.1
"""From this share of all areas on, or where an outage has no centre, it is major."""


def gravity(incidents: Sequence[Shown], whatever: bool = False) -> Gravity | None:
    """The worst of some incidents; None: nothing is wrong that is ours.

    Args:
        whatever: also count those that look healthy, are over, or are a neighbour's: how grave they were.
    """
    counted = [one for one in incidents if whatever or (one.is_ours and not one.looks_healthy)]
    return max((_of(one) for one in counted), key=_RANK.__getitem__, default=None)


def of_service(view: View, service: ServiceId) -> Gravity | None:
    """How a service stands by the open incidents; None: no problem known, or working again."""
    if failing_services(view.open).get(service) in (None, "recovered"):
        return None
    return gravity([one for one in view.open if service in one.services])


def _of(one: Shown) -> Gravity:
    scope = one.incident.scope
    hit = {each.area for each in scope.areas if each.state != "likely"}
    wide = scope.national or (scope.of > 1 and len(hit) >= WIDE * scope.of)
    if not wide:
        return "major" if scope.of <= 1 else "minor"
    return "critical" if (scope.share.value or 0.0) >= NEARLY_ALL else "major"
