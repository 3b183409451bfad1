"""Asking the DNS what a domain wants done with letters that fail (RFC 7489, 6.1)."""

import dns.exception
import dns.resolver

SECONDS = 4.0


def dmarc_records(domain: str) -> tuple[str, ...] | None:
    """The TXT records at `_dmarc.` of a domain, else of the domains above it; None: the DNS did not answer."""
    parts = domain.split(".")
    for above in range(max(1, len(parts) - 1)):
        found = _texts("_dmarc." + ".".join(parts[above:]))
        if found is None or found:
            return found
    return ()


def _texts(name: str) -> tuple[str, ...] | None:
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return ()
    except (dns.exception.DNSException, OSError, ValueError):
        return None
    return tuple(b"".join(each.strings).decode("utf-8", "replace") for each in answer)
