"""tcp://host:port - does something accept the connection?"""

import asyncio
from collections.abc import Mapping

from lightship.edges.probes.probe import Check, Result
from lightship.edges.probes.stages import Course, Failed, resolve
from lightship.edges.probes.wire import Wire, open_wire


class TcpProbe:
    """Up when the connection is accepted. A process that hangs after accept still counts as up: use http for those."""

    default_port = 0
    options: Mapping[str, frozenset[str]] | None = {}
    takes_login = False

    async def measure(self, check: Check) -> Result:
        """Connect and close at once."""
        course, wire = Course(check), Wire(asyncio.get_running_loop())
        try:
            await open_wire(course, await resolve(course), wire)
        except Failed as failed:
            return course.down(failed)
        finally:
            wire.abort()
        return course.up(texts=wire.texts())
