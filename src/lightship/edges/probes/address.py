"""Addresses of checks: `https://example.org/path`, `tcp://host:port`. What is malformed says what would do."""

import difflib
import importlib
import re
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from lightship.edges.probes import BUILT_IN
from lightship.edges.probes.probe import Check, Expect, Probe, Secret
from lightship.vocabulary.errors import BadInput

PORTS = {
    "http": 80, "https": 443, "tls": 443, "dns": 53, "smtp": 25, "submission": 587, "smtps": 465, "imap": 143,
    "imaps": 993, "pop3": 110, "pop3s": 995, "ntp": 123, "sip": 5060, "sips": 5061,
    "web": 443,
}  # fmt: skip
"""By scheme, where one probe serves several; the others say it themselves, as `default_port`."""

NO_PORT = frozenset({"exec", "heartbeat", "icmp", "path"})
"""Schemes whose protocol has none."""

_NO_OPTIONS: Mapping[str, str] = {}
_NO_SECRETS: Mapping[str, Secret] = {}

_UNSAFE = re.compile(r"[\x00-\x20\x7f]")


def check(address: str, place: str = "", **options: Any) -> Check:
    """Read an address.

    Args:
        place: where it stands, for the error ("lightship.yaml:4:5 checks[1]"); empty: the address itself.
        options: further fields of `Check`.

    Raises:
        BadInput: no scheme, an unknown one, no host, a port that is none, a password in the address, a user
            where nobody logs in, an option that the probe does not know.
    """
    where = place or repr(address)
    try:
        parts = urlsplit(address)
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise BadInput(
            where, f"{address!r} is no address: {error}", "write https://host or tcp://host:port"
        ) from None
    _shape(where, address, parts)
    if not host:
        raise BadInput(where, f"{address!r} names no host", "write https://host or tcp://host:port")
    probe = probe_for(parts.scheme)
    path, asked = _path_and_options(where, parts, probe)
    read: dict[str, Any] = {
        "address": address, "scheme": sys.intern(parts.scheme), "host": host,
        "port": _port(where, parts.scheme, host, port, probe), "path": path, "options": asked,
        "user": _user(where, parts, probe),
    }  # fmt: skip
    if not options.get("secrets"):
        options["secrets"] = _NO_SECRETS  # one for all: there may be a hundred thousand checks
    made = Check(**read, **options)
    _agreed(where, probe, made)
    return made


def _agreed(where: str, probe: Probe, made: Check) -> None:
    """Let the probe say what it will not do. Raises BadInput."""
    if made.steps and not hasattr(probe, "step_type"):
        raise BadInput(where, f"{made.scheme}:// follows no steps", "leave them out")
    if made.command and made.scheme != "exec":
        raise BadInput(where, f"{made.scheme}:// runs no command", "leave it out, or write exec://NAME")
    agree = getattr(probe, "agree", None)
    if agree is not None:
        try:
            agree(made)
        except BadInput as error:
            raise BadInput(where, error.found, error.would_do) from None


def _shape(where: str, address: str, parts: SplitResult) -> None:
    if _UNSAFE.search(address):
        raise BadInput(where, "the address holds a space or a control character", "take it out")
    if not parts.scheme or "://" not in address:
        raise BadInput(
            where, f"{address!r} names no scheme", f"write https://{address} or tcp://{address}:PORT"
        )
    if parts.scheme not in known():
        raise BadInput(where, f"no probe for {parts.scheme}://", _nearest(parts.scheme))
    if parts.password:
        raise BadInput(where, "a password in an address would be shown", "leave it out")


def _port(where: str, scheme: str, host: str, port: int | None, probe: Probe) -> int:
    if scheme in NO_PORT:
        if port is not None:
            raise BadInput(where, f"{scheme}:// has no ports", f"write {scheme}://{host}")
        return 0
    found = port or PORTS.get(scheme) or probe.default_port
    if not found:
        raise BadInput(where, f"'{scheme}://{host}' names no port", f"write {scheme}://{host}:PORT")
    return found


def _user(where: str, parts: SplitResult, probe: Probe) -> str:
    if parts.username and not probe.takes_login:
        raise BadInput(where, f"nobody logs in over {parts.scheme}://", f"take {parts.username}@ out")
    return unquote(parts.username or "")


def _path_and_options(where: str, parts: SplitResult, probe: Probe) -> tuple[str, Mapping[str, str]]:
    if probe.options is None:
        return parts.path + (f"?{parts.query}" if parts.query else ""), _NO_OPTIONS
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name, said in asked.items():
        if name not in probe.options:
            may = f"known: {', '.join(sorted(probe.options))}" if probe.options else "there is none"
            raise BadInput(where, f"{parts.scheme}:// has no option {name!r}", may)
        allowed = probe.options[name]
        if allowed and said not in allowed:
            raise BadInput(where, f"{name}={said}", f"one of {', '.join(sorted(allowed))}")
    return parts.path, asked


@cache
def known() -> Mapping[str, str]:
    """Every scheme and where its probe stands; a built-in one cannot be shadowed. Looked up once: it takes a while."""
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
