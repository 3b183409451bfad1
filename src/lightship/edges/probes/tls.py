"""tls://host:port - is a handshake completed, with a certificate that verifies?"""

from collections.abc import Mapping

from lightship.edges.probes.probe import Check, Result
from lightship.edges.probes.stages import Course, Failed, connect, resolve, seconds_left, secure, verified


class TlsProbe:
    """Up when the handshake completes and the certificate verifies against the system's trust store and the name."""

    default_port = 443
    options: Mapping[str, frozenset[str]] | None = {}
    takes_login = False

    async def measure(self, check: Check) -> Result:
        """Shake hands and close."""
        course = Course(check)
        try:
            sock = await connect(course, await resolve(course))
            _, writer = await secure(course, sock, verified())
        except Failed as failed:
            return course.down(failed)
        expires = seconds_left(writer)
        writer.transport.abort()
        return course.up(expires=expires)
