"""The hub's HTTP interface for programs. To add a route: a function in a file, a line in `ROUTES`, a row in
docs/reference/api.md.

A handler takes a `Request` and gives an `Answer` or raises a `Problem`. Who may call it is checked before it is
reached, and its body is read to the route's bound; it runs on the page's loop, so whatever may block goes to a thread.
"""

from lightship.edges.web.api.route import ANYBODY_KNOWN, EVERYBODY, KIB, Route

ROUTES: dict[str, Route] = {
    "GET /metrics": Route("lightship.edges.web.api.metrics:metrics", "read"),
    "GET /probe": Route("lightship.edges.web.api.metrics:probe", "read"),
    "POST /api/v1/beats/{name}": Route("lightship.edges.web.api.beats:beat", "push", 4 * KIB, "Said"),
    "GET /api/v1/incidents": Route("lightship.edges.web.api.incidents:listed", "read"),
    "GET /api/v1/incidents/{incident}": Route("lightship.edges.web.api.incidents:one", "read"),
    "POST /api/v1/incidents/{incident}/acts": Route(
        "lightship.edges.web.api.incidents:act", "act", 8 * KIB, "Act"
    ),
    "GET /api/v1/acts": Route("lightship.edges.web.api.incidents:record", "read"),
    "POST /api/v1/counts": Route("lightship.edges.web.api.counts:take", "push", 4096 * KIB),
    "GET /api/v1/feeds": Route("lightship.edges.web.api.feeds:listed", "read"),
    "POST /api/v1/feeds/{name}": Route("lightship.edges.web.api.feeds:take", "push", 4096 * KIB),
    "POST /api/v1/reports": Route("lightship.edges.web.api.reports:take", EVERYBODY, 4 * KIB, "Report"),
    "POST /api/v1/reports/batch": Route("lightship.edges.web.api.batches:take", "report", 32 * 1024 * KIB),
    "GET /api/v1/openapi.json": Route("lightship.edges.web.api.openapi:openapi", EVERYBODY),
    "POST /api/v1/subscriptions": Route(
        "lightship.edges.web.api.subscriptions:ask", EVERYBODY, 4 * KIB, "Subscription"
    ),
    "GET /api/v1/outbox": Route("lightship.edges.web.api.telling:outbox", "read"),
    "GET /api/v1/mirrors": Route("lightship.edges.web.api.telling:mirrors", "read"),
    "GET /api/v1/whoami": Route("lightship.edges.web.api.whoami:whoami", ANYBODY_KNOWN),
    "GET /api/v1/agents": Route("lightship.edges.web.api.agents:agents", "read"),
    "POST /api/v1/agents/enrol": Route("lightship.edges.web.api.agents:enrol", EVERYBODY, 4 * KIB, "Enrol"),
    "GET /api/v1/agents/orders": Route("lightship.edges.web.api.agents:orders", "agent"),
    "POST /api/v1/agents/results": Route(
        "lightship.edges.web.api.agents:results", "agent", 1024 * KIB, "Batch"
    ),
}
"""Method and path -> route. A part of the path in braces matches one segment: `PUT /api/v1/beats/{name}`."""
