"""One address, two readers: people read the published files, programs talk to the interface beside them."""

from collections.abc import Sequence

from lightship.edges.web.api.app import Api
from lightship.edges.web.forms import Receive, Scope
from lightship.edges.web.mounting import Mounted
from lightship.edges.web.published import Published, Send


class Front:
    """Hands each request to whom it is for. `api` None: none. `mounted`: the first that takes a request answers it."""

    def __init__(self, files: Published, api: Api | None, mounted: Sequence[Mounted] = ()) -> None:
        self._files, self._api, self._mounted = files, api, tuple(mounted)

    def ready(self, request: bytes) -> tuple[bytes, bytes] | None:
        """The answer to a request for a published file, where it lies ready; see `quick`."""
        return self._files.ready(request, self._is_a_file)

    def _is_a_file(self, path: str) -> bool:
        taken = any(each.takes({"path": path, "method": "GET"}) for each in self._mounted)
        return not taken and not (self._api is not None and self._api.serves(path))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self._api is not None and scope["type"] == "http" and self._api.serves(scope["path"]):
            await self._api(scope, receive, send)
            return
        mounted = (each for each in self._mounted if scope["type"] == "http" and each.takes(scope))
        application = next(mounted, None)
        await (self._files if application is None else application.application)(scope, receive, send)
