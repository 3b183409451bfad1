"""The last ninety days of every service, and every incident that the public was told of."""

import msgspec

from lightship.tell.drawing.day_bars import day_bars
from lightship.tell.site.addresses import incident_address, service_address
from lightship.tell.site.days import DAYS, Day, ServiceDays, ended, service_days
from lightship.tell.site.moments import When
from lightship.tell.site.paper import Paper
from lightship.tell.site.shown import Shown
from lightship.tell.site.tables import capital
from lightship.tell.site.view import View
from lightship.vocabulary.services import Service
from lightship.vocabulary.zones import local


class Past(msgspec.Struct, frozen=True):
    """An incident in a list. `lasted`: in words; empty: it is open."""

    address: str
    headline: str
    began: When
    lasted: str


class Bars(msgspec.Struct, frozen=True):
    """The ninety days of one service: a picture, its words, and the days with a problem in words of their own."""

    address: str
    name: str
    svg: str
    words: str
    first: str
    last: str
    bad: tuple[str, ...]


def history_page(view: View, paper: Paper) -> str:
    """All services and all incidents."""
    services = [each for each in view.situation.network.services if each.parent is None]
    return paper.write(
        "history.html", "../", f"The last {DAYS} days", json="history.json", days=DAYS,
        bars=[bars(view, each, service_days(view, each.id)) for each in services],
        months=months(view),
    )  # fmt: skip


def bars(view: View, service: Service, found: ServiceDays) -> Bars:
    """The picture of a service and its twin in words."""
    said = [(each.kind, day_words(each)) for each in found.days]
    words = summary(found)
    bad = tuple(day_words(each) for each in reversed(found.days) if each.problem)
    return Bars(
        service_address(service.id), capital(service.name), day_bars(said, words), words,
        _date(found.days[0]), _date(found.days[-1]), bad,
    )  # fmt: skip


def summary(found: ServiceDays) -> str:
    """One sentence about all days. What was not watched is said: it is no good time."""
    bad, unseen = (
        sum(each.problem > 0 for each in found.days),
        sum(each.kind == "unwatched" for each in found.days),
    )
    if unseen == DAYS and not bad:
        return f"Not watched in the last {DAYS} days."
    told = (
        f"{span(found.problem)} with a known problem, on {bad} day{'s' * (bad != 1)}"
        if bad
        else "No known problem"
    )
    rest = f"; {unseen} of {DAYS} days not watched" if unseen else ""
    return f"{told}{rest}."


def day_words(day: Day) -> str:
    """One day: "20 July 2016: problem everywhere for 3 h 5 min; watched for 8 h only"."""
    told = {
        "unwatched": "not watched", "none known": "no known problem",
        "some areas": f"problem in some areas for {span(day.problem)}",
        "everywhere": f"problem for {span(day.problem)}, without a centre",
    }[day.kind]  # fmt: skip
    partly = f"; watched for {span(day.watched)} only" if day.partly and day.watched else ""
    unseen = "; not watched" if day.problem and day.watched == 0 else ""
    return f"{_date(day)}: {told}{partly}{unseen}"


def span(minutes: int) -> str:
    """Minutes in words.

    >>> span(5), span(185), span(60), span(3000)
    ('5 min', '3 h 5 min', '1 h', '50 h')
    """
    hours, rest = divmod(minutes, 60)
    return " ".join(
        part for part in (f"{hours} h" * (hours > 0), f"{rest} min" * (rest > 0 or not hours)) if part
    )


def _date(day: Day) -> str:
    return f"{day.day.day} {day.day:%B %Y}"


def past(view: View, one: Shown) -> Past:
    """An incident as a line of a list."""
    begins, finish = one.incident.onset.likeliest, ended(one, view)
    lasted = "" if one.is_open else span(max(round((finish - begins) / 60_000), 1))
    return Past(incident_address(one.incident.id), one.latest.headline, view.clock.when(begins), lasted)


def months(view: View) -> tuple[tuple[str, tuple[Past, ...]], ...]:
    """Every incident told of, by the month in which it began, newest first."""
    found: dict[str, list[Past]] = {}
    order = sorted(view.all, key=lambda each: (-each.incident.onset.likeliest, each.incident.id))
    for one in (each for each in order if not each.merged):
        month = local(one.incident.onset.likeliest, view.situation.settings.zone)
        found.setdefault(f"{month:%B %Y}", []).append(past(view, one))
    return tuple((name, tuple(rows)) for name, rows in found.items())
