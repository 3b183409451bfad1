"""Serving the published files from a thread of its own, beside work that keeps this one busy."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import uvloop

from lightship.edges.mirrors.packing import Release
from lightship.edges.web.api.app import Api
from lightship.edges.web.front import Front
from lightship.edges.web.mounting import Mounted
from lightship.edges.web.published import Published
from lightship.edges.web.reporting import Places, Reporting
from lightship.edges.web.server import serving


class Served:
    """Served while the block runs. `address` is known inside it; `show` puts a release before the readers.

    Args:
        mount: given the published files, the applications that answer for a part of the addresses.
        places: kept equal to what is published, for those who take reports in other ways.
    """

    def __init__(
        self, host: str, port: int, reporting: Reporting | None = None, api: Api | None = None,
        certificate: tuple[Path, Path] | None = None,
        mount: Callable[[Published], Sequence[Mounted]] = lambda files: (), places: Places | None = None,
    ) -> None:  # fmt: skip
        self._host, self._port, self._files = host, port, Published(reporting)
        self._certificate, self.places = certificate, places or Places()
        self._front = Front(self._files, api, mount(self._files))
        self._loop = uvloop.new_event_loop()
        self._open = threading.Event()
        self._ended: asyncio.Event | None = None
        self._trouble: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="page", daemon=True)
        self.address = ""

    def show(self, release: Release) -> None:
        """From here on this release is served."""
        self._files.swap(release)
        self.places.now = self._files.place

    def __enter__(self) -> Self:
        """Returns when connections are accepted. Raises BadInput where the address cannot be listened on."""
        self._thread.start()
        self._open.wait()
        if self._trouble is not None:
            raise self._trouble
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Requests under way end first."""
        if self._ended is not None:
            self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(10)

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        except BaseException as trouble:  # noqa: BLE001 - raised again in the thread that waits for us
            self._trouble = trouble
        finally:
            self._open.set()
            self._loop.close()

    async def _serve(self) -> None:
        self._ended = asyncio.Event()
        async with serving(self._front, self._host, self._port, self._certificate) as self.address:
            self._open.set()
            await self._ended.wait()
