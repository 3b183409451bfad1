"""`GET /api/v1/whoami`: what a token is and may, for whoever set something up and wonders."""

from lightship.edges.web.api.exchange import Answer, Request, answer


async def whoami(request: Request) -> Answer:
    """Name and rights of the token that was sent."""
    return answer({"name": request.known.name, "may": sorted(request.known.may)})
