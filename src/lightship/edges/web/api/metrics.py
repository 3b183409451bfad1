"""`/metrics` and `/probe`: what Prometheus reads, and what it has measured."""

from contextlib import suppress

from lightship.edges.metrics import blackbox
from lightship.edges.metrics.exposition import KIND, exposed
from lightship.edges.metrics.on_request import OnRequest, Refused
from lightship.edges.metrics.seen import Seen
from lightship.edges.web.api.exchange import Answer, Problem, Request


async def metrics(request: Request) -> Answer:
    """Everything that was seen last."""
    return Answer(200, request.parts.find(Seen).document(), KIND)


async def probe(request: Request) -> Answer:
    """One measurement, under blackbox_exporter's names. A target that is down is an answer, too."""
    on_request = request.parts.find(OnRequest)
    module, target = request.query.get("module", ""), request.query.get("target", "")
    if not module or not target:
        raise Problem(400, "Say both: /probe?module=NAME&target=HOST")
    patience = None
    with suppress(ValueError):
        patience = float(request.headers.get("x-prometheus-scrape-timeout-seconds", ""))
    try:
        check, result = await on_request.measure(module, target, patience)
    except Refused as refused:
        raise Problem(refused.status, str(refused)) from None
    return Answer(200, exposed(blackbox.one(check, result)), KIND)
