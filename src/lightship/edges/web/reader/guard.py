"""Who may ask, and what an answer may do in a browser.

The reader shows private mail on a port that every page in every browser of this machine can reach. So: only loopback,
a secret in the address, only our own names in `Host` (a name that is rebound to 127.0.0.1 is refused), nothing asked
for from within another site, and a policy under which a hostile message could neither run nor load anything even if the
sanitiser let it through.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable, MutableMapping
from typing import Any

Header = tuple[bytes, bytes]
Scope = MutableMapping[str, Any]

TOKEN_BYTES = 24
NAMES = ("127.0.0.1", "localhost", "[::1]")


def token() -> str:
    """A new secret: 192 bits that nobody guesses."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def policy(css: str) -> bytes:
    """The content security policy of a page with this style sheet: no script, no frame, nothing from elsewhere."""
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return (
        f"default-src 'none'; img-src 'self'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; sandbox allow-same-origin allow-forms allow-downloads allow-popups "
        "allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
    ).encode()


ALWAYS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"), (b"cache-control", b"no-store"),
    (b"cross-origin-resource-policy", b"same-origin"), (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"), (b"x-robots-tag", b"noindex"), (b"x-dns-prefetch-control", b"off"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), browsing-topics=()"),
)  # fmt: skip
"""What every answer carries."""
FILE_POLICY: Header = (b"content-security-policy", b"default-src 'none'; sandbox")
"""For whatever is no page of ours."""


class Guard:
    """Decides on a request before anything else looks at it.

    Args:
        secret: that stands first in every address.
        port: that the reader listens on.
    """

    def __init__(self, secret: str, port: int) -> None:
        self._secret = secret.encode()
        self._hosts = {f"{name}:{port}".encode() for name in NAMES}
        if port == 80:
            self._hosts |= {name.encode() for name in NAMES}

    def path(self, scope: Scope) -> str | None:
        """The path behind the secret; None: this request gets nothing."""
        headers = list(scope["headers"])
        if not self._is_ours(headers) or _from_another_site(headers):
            return None
        first, _, rest = scope["path"].removeprefix("/").partition("/")
        if not hmac.compare_digest(first.encode("utf-8", "replace"), self._secret):
            return None
        return str(rest)

    def _is_ours(self, headers: Iterable[Header]) -> bool:
        hosts = [value.lower() for name, value in headers if name == b"host"]
        return len(hosts) == 1 and hosts[0] in self._hosts


def _from_another_site(headers: Iterable[Header]) -> bool:
    """Whether a page of another site asks; following a link to us, address in hand, is not that."""
    told = {name: value for name, value in headers if name.startswith(b"sec-fetch-")}
    site, mode = told.get(b"sec-fetch-site", b"none"), told.get(b"sec-fetch-mode", b"navigate")
    return site not in {b"none", b"same-origin"} and mode != b"navigate"
