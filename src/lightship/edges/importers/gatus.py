"""Gatus: its YAML (README, "Configuration"). Endpoints, external endpoints and their conditions."""

import re
from typing import Any
from urllib.parse import urlsplit

from lightship.edges.importers.imported import Imported
from lightship.edges.importers.spans import seconds

TAKEN = {
    "name",
    "group",
    "url",
    "interval",
    "conditions",
    "enabled",
    "dns",
    "method",
    "client",
    "alerts",
    "headers",
    "ui",
}

_PLACE = re.compile(r"(?P<func>len|has)?\(?\[(?P<name>[A-Z_]+)\](?P<path>[^\s)]*)\)?")
SIGNS = {
    "==": "is",
    "!=": "is not",
    "<": "is less than",
    "<=": "is at most",
    ">": "is more than",
    ">=": "is at least",
}


def read(document: dict[str, Any]) -> Imported:
    """Every endpoint of a file."""
    found = Imported()
    for number, each in enumerate(document.get("endpoints") or []):
        where = f"endpoints[{number}] {each.get('name', '')}".rstrip()
        _endpoint(found, where, each)
    for number, each in enumerate(document.get("external-endpoints") or []):
        where = f"external-endpoints[{number}] {each.get('name', '')}".rstrip()
        span = (each.get("heartbeat") or {}).get("interval")
        name = str(each.get("name", "heartbeat"))
        found.add(where, f"heartbeat://{slug(name)}?within={span or '1h'}", name)
        if not span:
            found.leave(where, "it says no heartbeat interval; 1h is assumed")
        found.leave(
            where, "its token: signs of life are sent to another address here, see the page on heartbeats"
        )
    for key, why in (("suites", "scripts over several endpoints: write them as steps of web://"),
                     ("alerting", "who is told: see subscriptions and channels"),
                     ("security", "log-in to the page: the page is public here, operators use tokens"),
                     ("maintenance", "planned work is said by calendar or by hand"), ("storage", "there is one store"),
                     ("remote", "other instances: use agents")):  # fmt: skip
        if document.get(key):
            found.leave(key, why)
    return found


def _endpoint(found: Imported, where: str, each: dict[str, Any]) -> None:
    if each.get("enabled") is False:
        found.leave(where, "it is switched off there")
        return
    url = _url(found, where, each)
    if url is None:
        return
    _left(found, where, each)
    client = each.get("client") or {}
    expect = [said for said in (_condition(found, where, c) for c in each.get("conditions") or []) if said]
    found.add(
        where, url, str(each.get("name", "")), seconds(each.get("interval", "60s")),
        seconds(client["timeout"]) if client.get("timeout") else None, expect,
    )  # fmt: skip


def _url(found: Imported, where: str, each: dict[str, Any]) -> str | None:
    url = str(each.get("url", ""))
    dns = each.get("dns")
    if dns:
        server = url.removeprefix("dns://")
        return f"dns://{server}/{dns.get('query-name', '')}?type={dns.get('query-type', 'A')}"
    parts = urlsplit(url)
    if parts.scheme in ("http", "https", "tcp", "tls", "icmp"):
        return url
    if parts.scheme == "starttls":
        if parts.port in (25, 587):
            return f"{'smtp' if parts.port == 25 else 'submission'}://{parts.hostname}?starttls=require"
        found.leave(where, f"{url}: STARTTLS on port {parts.port}: name the protocol (smtp, imap, pop3)")
        return None
    found.leave(where, f"{parts.scheme or 'no scheme'}: there is no such probe here")
    return None


def _left(found: Imported, where: str, each: dict[str, Any]) -> None:
    if str(each.get("method", "GET")).upper() != "GET":
        found.leave(where, f"method {each['method']}: a plain check asks with GET; use steps of web://")
    for key, why in (("body", "what it sends"), ("headers", "its own headers"), ("graphql", "GraphQL"),
                     ("alerts", "its alerts"), ("ssh", "its log-in over SSH"), ("extra-labels", "labels")):  # fmt: skip
        if each.get(key):
            found.leave(where, f"{key}: {why}")
    for key, said in (each.get("client") or {}).items():
        if key != "timeout":
            verify = ": certificates are always verified here" if key == "insecure" and said else ""
            found.leave(where, f"client.{key}{verify}")


def _condition(found: Imported, where: str, said: str) -> str | None:
    """`[STATUS] == 200` -> `status is 200`."""
    left, sign, right = (*re.split(r"\s*(==|!=|<=|>=|<|>)\s*", str(said), maxsplit=1), "", "")[:3]
    place, value = _PLACE.fullmatch(left.strip()), right.strip()
    if place is None or not sign:
        found.leave(where, f"condition {said!r}")
        return None
    made = _sentence(place["func"], place["name"], place["path"], sign, value)
    if made is None:
        found.leave(where, f"condition {said!r}")
    return made


def _sentence(func: str | None, name: str, path: str, sign: str, value: str) -> str | None:
    subject = {"STATUS": "status", "IP": "address", "BODY": f"json {path}" if path else "body"}.get(name)
    if func == "has" and name == "BODY":
        return f"{subject} {'exists' if value == 'true' else 'is missing'}"
    if func == "len" and subject:
        return f"length of {subject} {SIGNS[sign]} {value}"
    if func:
        return None
    if name == "RESPONSE_TIME" and sign in ("<", "<="):
        return f"answers within {value} ms"
    if name == "CERTIFICATE_EXPIRATION" and sign in (">", ">="):
        return f"certificate expires in more than {_hours(value)}"
    if name == "CONNECTED":
        return None if (value == "true") != (sign == "==") else ""
    if name == "DNS_RCODE":
        return "" if value == "NOERROR" and sign == "==" else None
    return _compared(subject, sign, value) if subject else None


def _compared(subject: str, sign: str, value: str) -> str | None:
    inside = re.fullmatch(r"(any|pat)\((.*)\)", value)
    if inside is None:
        plain = re.fullmatch(r"-?\d+(\.\d+)?|true|false", value)
        return f"{subject} {SIGNS[sign]} {value if plain else quoted(value)}"
    if inside[1] == "any" and sign == "==":
        return f"{subject} is one of {', '.join(quoted(each.strip()) for each in inside[2].split(','))}"
    if inside[1] == "pat" and sign in ("==", "!="):
        pattern = "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in inside[2])
        middle = re.fullmatch(r"\*([^*?]*)\*", inside[2])
        if middle:
            return f"{subject} {'contains' if sign == '==' else 'does not contain'} {quoted(middle[1])}"
        return f"{subject} {'matches' if sign == '==' else 'does not match'} {quoted(f'^{pattern}$')}"
    return None


def quoted(text: str) -> str:
    """A value of several words, as a condition writes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _hours(value: str) -> str:
    hours = seconds(value) / 3600
    return f"{hours / 24:g} days" if hours % 24 == 0 else f"{hours:g} hours"


def slug(name: str) -> str:
    """A name for an address."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "heartbeat"
