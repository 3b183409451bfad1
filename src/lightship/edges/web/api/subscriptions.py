"""`POST /api/v1/subscriptions`: ask to be told, as the form does, for apps. No token; confirmed by its letter."""

import asyncio

import msgspec

from lightship.edges.intake.desk.draft import prefix_of
from lightship.edges.subscribers.office import Office, TooMany
from lightship.edges.subscribers.wants import Wants
from lightship.edges.web.api.exchange import Answer, Problem, Request, answer
from lightship.edges.web.forms import Refused, own_page
from lightship.tell.outbox.selector import EVERYTHING, parse, written
from lightship.vocabulary.errors import BadInput, StoreRefused
from lightship.vocabulary.letters import Pace
from lightship.vocabulary.places import AreaId


class Subscription(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is wanted; `selector` and `pace` as docs/reference/channels.md says. `area`: where the subscriber is."""

    channel: str
    contact: str
    selector: str = EVERYTHING
    pace: Pace = "each"
    area: str = ""
    priority: bool = False


class Asked(msgspec.Struct, frozen=True):
    """The same whoever asks, and whether or not the address is known."""

    asked: bool
    next: str


async def ask(request: Request) -> Answer:
    """Take it down; nothing is sent but a letter that asks whether it is true."""
    office = request.parts.find(Office)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Problem(415, "Send application/json.")
    try:
        own_page({name: [value] for name, value in request.headers.items()})
        wanted = request.json(Subscription)
        area = AreaId(wanted.area[:60]) if wanted.area else None
        wants = Wants(written(parse(wanted.selector)), wanted.pace, area, wanted.priority)
        network = prefix_of(request.sender)
        await asyncio.to_thread(office.ask, wanted.channel, wanted.contact, wants, network)
    except Refused as refused:
        raise Problem(refused.status, str(refused)) from None
    except BadInput as error:
        raise Problem(422, f"{error.place}: {error.found}; {error.would_do}") from None
    except TooMany:
        raise Problem(429, "Too many requests from your network.", headers={"retry-after": "60"}) from None
    except StoreRefused:
        raise Problem(503, "This could not be kept; the fault is ours.") from None
    return answer(Asked(True, "If we can send there, a letter asks whether it was you; open its link."), 202)
