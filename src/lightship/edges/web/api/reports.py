"""`POST /api/v1/reports`: one customer's report, as the form on the page takes it, for apps. No token."""

import msgspec

from lightship.edges.web.api.exchange import Answer, Problem, Request, answer
from lightship.edges.web.forms import Refused, own_page
from lightship.edges.web.reporting import Places, Reporting


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a report may say; the choices are in `/report/choices.json`."""

    service: str
    symptom: str
    area: str = ""
    brand: str = ""


async def take(request: Request) -> Answer:
    """One report, and what is known there at this moment."""
    reporting, place = request.parts.find(Reporting), request.parts.find(Places).now
    # A page elsewhere can make its visitors send plain text without asking; JSON it cannot.
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Problem(415, "Send application/json.")
    if place is None:
        raise Problem(503, "Nothing has been published here yet.", headers={"retry-after": "5"})
    try:
        own_page({name: [value] for name, value in request.headers.items()})
    except Refused as refused:
        raise Problem(refused.status, str(refused)) from None
    fields = msgspec.to_builtins(request.json(Report))
    said = await reporting.counted(fields, place, request.sender, request.headers.get("user-agent", ""))
    if said.status != 200:
        headers = {"retry-after": "60"} if said.status in (429, 503) else {}
        raise Problem(said.status, " ".join((said.plain_heading, *said.plain)), headers=headers)
    return answer(said.data)
