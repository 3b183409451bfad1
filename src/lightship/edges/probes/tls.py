"""tls://host:port - is a handshake completed, with a certificate that verifies?"""

import asyncio
from collections.abc import Mapping

from lightship.edges.probes.probe import Check, Result
from lightship.edges.probes.stages import Course, Failed, resolve, verified
from lightship.edges.probes.wire import Wire, expires, open_wire


class TlsProbe:
    """Up when the handshake completes and the certificate verifies against the system's trust store and the name."""

    default_port = 443
    options: Mapping[str, frozenset[str]] | None = {}
    takes_login = False

    async def measure(self, check: Check) -> Result:
        """Shake hands and close."""
        course, wire = Course(check), Wire(asyncio.get_running_loop(), verified(), check.host)
        try:
            await open_wire(course, await resolve(course), wire)
        except Failed as failed:
            return course.down(failed)
        finally:
            wire.abort()
        return course.up(wire.tls_version, expires(wire), texts=wire.texts())
