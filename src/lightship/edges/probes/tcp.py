"""tcp://host:port - does something accept the connection?"""

from collections.abc import Mapping

from lightship.edges.probes.probe import Check, Result
from lightship.edges.probes.stages import Course, Failed, connect, resolve


class TcpProbe:
    """Up when the connection is accepted. A process that hangs after accept still counts as up: use http for those."""

    default_port = 0
    options: Mapping[str, frozenset[str]] | None = {}
    takes_login = False

    async def measure(self, check: Check) -> Result:
        """Connect and close at once."""
        course = Course(check)
        try:
            sock = await connect(course, await resolve(course))
        except Failed as failed:
            return course.down(failed)
        sock.close()
        return course.up()
