"""`POST /api/v1/beats/NAME`: a sign of life, from whatever a check `heartbeat://NAME` waits for."""

import asyncio

import msgspec

from lightship.edges.probes.beats import Beats
from lightship.edges.web.api.exchange import Answer, Problem, Request, answer


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body, which may be left out: all is well then."""

    well: bool = True
    said: str = ""


async def beat(request: Request) -> Answer:
    """Durable when it is answered."""
    name, beats = request.named["name"].lower(), request.parts.find(Beats)
    word = request.json(Said) if request.body.strip() else Said()
    if not beats.waits_for(name):
        raise Problem(
            404, f"No check waits for {name[:64]!r}: heartbeat://{name[:64]} is not in the configuration."
        )
    try:
        heard_at = await asyncio.to_thread(beats.hear, name, word.well, word.said)
    except OSError as error:
        raise Problem(503, f"This could not be kept ({error.strerror}).") from error
    return answer({"name": name, "heard_at": round(heard_at, 3)})
