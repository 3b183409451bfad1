"""One address, two readers: people read the published files, programs talk to the interface beside them."""

from lightship.edges.web.api.app import Api
from lightship.edges.web.forms import Receive, Scope
from lightship.edges.web.published import Published, Send


class Front:
    """Hands each request to whom it is for. `api` None: the page alone."""

    def __init__(self, files: Published, api: Api | None) -> None:
        self._files, self._api = files, api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self._api is not None and scope["type"] == "http" and self._api.serves(scope["path"]):
            await self._api(scope, receive, send)
        else:
            await self._files(scope, receive, send)
