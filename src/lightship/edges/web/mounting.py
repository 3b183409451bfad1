"""Applications that stand behind a part of the page's address, beside the published files."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class Mounted(msgspec.Struct, frozen=True):
    """An ASGI application and the paths that are its own.

    Args:
        prefix: such as "/api": it answers there and below. posted: of the prefix itself it answers only what is posted,
            and what is asked with a query, so that a published page can stand there.
    """

    prefix: str
    application: Application
    posted: bool = False

    def takes(self, scope: Scope) -> bool:
        """Whether a request is for it."""
        path: str = scope["path"].rstrip("/")
        if path == self.prefix:
            return not self.posted or scope["method"] == "POST" or bool(scope.get("query_string"))
        return path.startswith(f"{self.prefix}/") and not (self.posted and path.endswith(".json"))
