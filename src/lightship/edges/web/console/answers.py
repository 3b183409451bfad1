"""What the console sends: pages that nobody keeps, frames or lets run anything."""

import base64
import hashlib

import msgspec

from lightship.edges.web.forms import Scope
from lightship.edges.web.mounting import Send

Header = tuple[bytes, bytes]

ALWAYS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin"), (b"cache-control", b"no-store"),
    (b"cross-origin-resource-policy", b"same-origin"), (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"), (b"x-robots-tag", b"noindex"),
)  # fmt: skip


class Answer(msgspec.Struct, frozen=True):
    """One answer."""

    status: int
    body: bytes
    headers: tuple[Header, ...] = ()

    async def send(self, scope: Scope, send: Send) -> None:
        """Send it; for HEAD without its body."""
        told = [*self.headers, *ALWAYS, (b"content-length", str(len(self.body)).encode())]
        await send({"type": "http.response.start", "status": self.status, "headers": told})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else self.body})


def page(status: int, html: str, css: str) -> Answer:
    """A page under a policy by which nothing runs, nothing is loaded and no other site frames it."""
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    headers = ((b"content-type", b"text/html; charset=utf-8"), (b"content-security-policy", policy.encode()))
    return Answer(status, html.encode(), headers)


def redirect(path: str, cookie: str = "") -> Answer:
    """To a page of ours, by GET."""
    more = ((b"set-cookie", cookie.encode()),) if cookie else ()
    return Answer(303, b"", ((b"location", path.encode()), *more))
