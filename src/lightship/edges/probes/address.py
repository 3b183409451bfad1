"""Addresses of checks: `https://example.org/path`, `tcp://host:port`. What is malformed says what would do."""

import difflib
import importlib
import re
from importlib.metadata import entry_points
from typing import Any
from urllib.parse import urlsplit

from lightship.edges.probes import BUILT_IN
from lightship.edges.probes.probe import Check, Expect, Probe
from lightship.vocabulary.errors import BadInput

_PORTS = {"http": 80, "https": 443, "tls": 443}
_UNSAFE = re.compile(r"[\x00-\x20\x7f]")


def check(address: str, place: str = "", **options: Any) -> Check:
    """Read an address.

    Args:
        place: where it stands, for the error ("lightship.yaml:4:5 checks[1]"); empty: the address itself.
        options: further fields of `Check`.

    Raises:
        BadInput: no scheme, an unknown one, no host, a port that is none, user and password in the address.
    """
    where = place or repr(address)
    try:
        parts = urlsplit(address)
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise BadInput(
            where, f"{address!r} is no address: {error}", "write https://host or tcp://host:port"
        ) from None
    if _UNSAFE.search(address):
        raise BadInput(where, "the address holds a space or a control character", "take it out")
    if not parts.scheme or "://" not in address:
        raise BadInput(
            where, f"{address!r} names no scheme", f"write https://{address} or tcp://{address}:PORT"
        )
    if parts.scheme not in known():
        raise BadInput(where, f"no probe for {parts.scheme}://", _nearest(parts.scheme))
    if not host:
        raise BadInput(where, f"{address!r} names no host", "write https://host or tcp://host:port")
    if parts.username or parts.password:
        raise BadInput(where, "a password in an address would be shown", "leave it out")
    port = port or _PORTS.get(parts.scheme)
    if not port:
        raise BadInput(where, f"{address!r} names no port", f"write {parts.scheme}://{host}:PORT")
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    read: dict[str, Any] = {
        "address": address,
        "scheme": parts.scheme,
        "host": host,
        "port": port,
        "path": path,
    }
    return Check(**read, **options)


def known() -> dict[str, str]:
    """Every scheme and where its probe stands; a built-in one cannot be shadowed."""
    found = {entry.name: entry.value for entry in entry_points(group="lightship.probes")}
    return found | BUILT_IN


def probe_for(scheme: str) -> Probe:
    """Load the probe of a scheme. Raises KeyError for an unknown one: `check` has told the user before."""
    module, _, name = known()[scheme].partition(":")
    made: Probe = getattr(importlib.import_module(module), name)()
    return made


def _nearest(scheme: str) -> str:
    near = difflib.get_close_matches(scheme, known(), 1)
    guess = f"did you mean {near[0]}://? " if near else ""
    return f"{guess}known: {', '.join(sorted(known()))}"


__all__ = ["Check", "Expect", "check", "known", "probe_for"]
