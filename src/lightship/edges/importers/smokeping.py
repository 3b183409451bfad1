"""SmokePing: the sections Probes and Targets of its configuration (smokeping_config(5); Config::Grammar's syntax)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lightship.edges.importers.imported import Imported
from lightship.vocabulary.errors import BadInput

DEEPEST = 8
"""Levels of `@include` that are followed."""


@dataclass
class Node:
    """A target: its variables, those above it included."""

    name: str
    depth: int
    said: dict[str, str] = field(default_factory=dict)


def read(path: Path) -> Imported:
    """Every target with a host. Raises BadInput."""
    found = Imported()
    section, step, stack = "targets", "300", [Node("", 0)]
    probes: dict[str, str] = {}
    for place, line in _lines(path, 0):
        if match := re.fullmatch(r"\*\*\*\s*(\w+)\s*\*\*\*", line):
            section, stack = match[1].lower(), [Node("", 0)]
        elif match := re.fullmatch(r"(\++)\s*(\S+)", line):
            _host(found, stack, probes, step)
            _enter(stack, place, len(match[1]), match[2])
            if section == "probes":
                probes[match[2]] = match[2] if len(match[1]) == 1 else stack[-2].name
        elif section == "database" and (match := re.fullmatch(r"step\s*=\s*(\d+)", line)):
            step = match[1]
        elif section == "targets" and (match := re.fullmatch(r"(\w+)\s*=\s*(.*)", line)):
            stack[-1].said[match[1]] = match[2]
        elif section in ("alerts", "slaves", "presentation") and line.startswith("+"):
            found.leave(place, f"{section}: {line}")
    _host(found, stack, probes, step)
    return found


def _lines(path: Path, depth: int) -> Iterator[tuple[str, str]]:
    """Each line with its place; comments gone, continued lines joined, included files in their place."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise BadInput(
            str(path), f"cannot be read ({error.strerror})", "name a file of SmokePing's"
        ) from None
    held = ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = (held + raw.split("#", 1)[0].strip()).strip()
        held = ""
        if line.endswith("\\"):
            held = line[:-1].rstrip() + " "
        elif line.startswith("@include"):
            if depth >= DEEPEST:
                raise BadInput(f"{path}:{number}", "files include each other too deeply", "")
            yield from _lines(path.parent / line.split(None, 1)[1], depth + 1)
        elif line:
            yield f"{path.name}:{number}", line


def _enter(stack: list[Node], place: str, depth: int, name: str) -> None:
    if depth > stack[-1].depth + 1:
        raise BadInput(
            place, f"{'+' * depth} {name} stands too deep", f"{'+' * (stack[-1].depth + 1)} at most"
        )
    while stack[-1].depth >= depth:
        stack.pop()
    stack.append(Node(name, depth))


def _host(found: Imported, stack: list[Node], probes: dict[str, str], step: str) -> None:
    """The check of the node that has just ended, if it is one."""
    node = stack[-1]
    host = node.said.pop("host", "")
    if not host:
        return
    above: dict[str, str] = {}
    for each in stack:
        above |= {key: said for key, said in each.said.items() if key not in ("menu", "title", "remark")}
    where = "/".join(each.name for each in stack if each.name)
    if host.startswith("/") or "~" in host or host == "DYNAMIC":
        found.leave(where, f"host = {host}: graphs of several hosts, slaves and dynamic hosts")
        return
    for key in ("alerts", "slaves", "parents"):
        if above.get(key):
            found.leave(where, f"{key} = {above[key]}")
    kind = probes.get(above.get("probe", ""), above.get("probe", "FPing"))
    url, expect = _url(kind, host, above)
    if url is None:
        found.leave(where, f"probe {kind}: there is none like it here")
        return
    name = node.said.get("title") or node.said.get("menu") or node.name
    extra = {"families": "6"} if kind in ("FPing6", "EchoPing6") else {}
    found.add(where, url, name, float(above.get("step", step)), None, expect, **extra)


def _url(kind: str, host: str, said: dict[str, str]) -> tuple[str | None, list[str]]:
    shown = f"[{host}]" if ":" in host else host
    match kind:
        case "FPing" | "FPing6" | "EchoPingIcmp" | "FPingContinuous":
            return f"icmp://{shown}?count={max(1, min(20, int(said.get('pings', 20))))}", []
        case "DNS" | "EchoPingDNS" | "AnotherDNS":
            server, asked = said.get("server", host), said.get("lookup", host)
            return f"dns://{server}/{asked}?type={said.get('recordtype', 'A')}", []
        case "Curl" | "AnotherCurl":
            return said.get("urlformat", "http://%host%/").replace("%host%", shown), []
        case "EchoPingHttp" | "EchoPingHttps" | "AnotherHttp":
            scheme = "https" if kind == "EchoPingHttps" else "http"
            port, path = said.get("port", ""), said.get("url", "/")
            return f"{scheme}://{shown}{f':{port}' if port else ''}/{path.lstrip('/')}", []
        case "TCPPing":
            return f"tcp://{shown}:{said.get('port', '80')}", []
        case "EchoPingSmtp" | "SendEmail":
            return f"smtp://{shown}", []
        case "AnotherSSH" | "SSH":
            return f"tcp://{shown}:{said.get('port', '22')}", []
        case "SipSak":
            return f"sip://{shown}", []
        case _:
            return None, []
