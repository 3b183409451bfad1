"""Uptime Kuma: the table `monitor` of its database (SQLite; db/knex_init_db.js and db/knex_migrations there)."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from lightship.edges.importers.gatus import SIGNS, quoted, slug
from lightship.edges.importers.imported import Imported
from lightship.vocabulary.errors import BadInput

Row = dict[str, Any]

WEB = ("http", "keyword", "json-query")


def read(path: Path) -> Imported:
    """Every monitor. The file is only read. Raises BadInput where it is no such database."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            db.row_factory = sqlite3.Row
            rows = [dict(row) for row in db.execute("SELECT * FROM monitor ORDER BY id")]
    except sqlite3.Error as error:
        raise BadInput(
            str(path), f"no Uptime Kuma database ({error})", "name its kuma.db, from its data folder"
        ) from None
    found = Imported()
    for row in rows:
        where = f"monitor {row['id']} {row.get('name') or ''}".rstrip()
        if row.get("active") in (0, False):
            found.leave(where, "it is paused there")
        else:
            _monitor(found, where, row)
    found.leave(
        "notification, maintenance, status_page", "who is told, planned work and pages are not taken over"
    )
    return found


def _monitor(found: Imported, where: str, row: Row) -> None:
    kind = str(row.get("type") or "")
    if kind == "group":
        return  # only a heading
    url = _url(found, where, kind, row)
    if url is None:
        return
    _left(found, where, kind, row)
    found.add(
        where, url, str(row.get("name") or ""), float(row.get("interval") or 60),
        float(row["timeout"]) if row.get("timeout") else None, _expect(kind, row),
    )  # fmt: skip


def _url(found: Imported, where: str, kind: str, row: Row) -> str | None:
    host, port = str(row.get("hostname") or ""), row.get("port")
    shown = f"[{host}]" if ":" in host else host
    match kind:
        case "http" | "keyword" | "json-query":
            return str(row.get("url") or "")
        case "port":
            return f"tcp://{shown}:{port}"
        case "ping":
            return f"icmp://{shown}"
        case "dns":
            server = str(row.get("dns_resolve_server") or "1.1.1.1").split(",")[0]
            at = f":{port}" if port and port != 53 else ""
            return f"dns://{server}{at}/{host}?type={row.get('dns_resolve_type') or 'A'}"
        case "push":
            return f"heartbeat://{slug(str(row.get('name') or row['id']))}?within={int(row.get('interval') or 60)}s"
        case "smtp":
            return f"smtp://{shown}{f':{port}' if port else ''}"
        case "sip-options":
            return f"sip://{shown}{f':{port}' if port else ''}"
        case "snmp" | "radius":
            found.leave(
                where, f"{kind}: the probe is there, its secret has to be given by reference: add it by hand"
            )
        case _:
            found.leave(where, f"{kind or 'no type'}: there is no such probe here")
    return None


def _expect(kind: str, row: Row) -> list[str]:
    if kind not in WEB:
        return []
    expect = [_statuses(str(row.get("accepted_statuscodes_json") or '["200-299"]'))]
    if kind == "keyword" and row.get("keyword"):
        verb = "does not contain" if row.get("invert_keyword") else "contains"
        expect.append(f"body {verb} {quoted(str(row['keyword']))}")
    if kind == "json-query" and _is_path(path := str(row.get("json_path") or "")):
        sign = {**SIGNS, "contains": "contains"}.get(str(row.get("json_path_operator") or "=="), "is")
        expect.append(f"json {_path(path)} {sign} {quoted(str(row.get('expected_value') or ''))}")
    if row.get("expiry_notification") and str(row.get("url") or "").startswith("https:"):
        expect.append("certificate expires in more than 7 days")
    return expect


def _statuses(said: str) -> str:
    """`["200-299", "304"]` -> `status is one of 2xx, 304`; ranges that are no hundreds are written out as a pattern."""
    try:
        ranges = [str(each) for each in json.loads(said)]
    except ValueError:
        ranges = ["200-299"]
    names = []
    for each in ranges:
        low, _, high = each.partition("-")
        if high and (int(low) % 100, int(high) - int(low)) != (0, 99):
            return (
                f"status is between {low} and {high}"
                if len(ranges) == 1
                else f"status is at least {ranges[0][:3]}"
            )
        names.append(f"{low[0]}xx" if high else low)
    return f"status is {names[0]}" if len(names) == 1 else f"status is one of {', '.join(names)}"


def _is_path(path: str) -> bool:
    return bool(path) and all(c.isalnum() or c in "$._[]-" for c in path)


def _path(path: str) -> str:
    bare = path.removeprefix("$")
    return bare if bare.startswith((".", "[")) else f".{bare}"


def _left(found: Imported, where: str, kind: str, row: Row) -> None:
    told = {
        "upside_down": "that it answers would count as failing", "ignore_tls": "certificates are always verified",
        "body": "what it sends", "headers": "its own headers", "basic_auth_user": "its log-in",
        "proxy_id": "its proxy", "docker_container": "the container", "restart_url": "what it restarts",
    }  # fmt: skip
    for key, why in told.items():
        if row.get(key):
            found.leave(where, f"{key}: {why}")
    if kind in WEB and str(row.get("method") or "GET").upper() != "GET":
        found.leave(where, f"method {row['method']}: a plain check asks with GET; use steps of web://")
    if kind in WEB and int(row.get("maxredirects") or 0) and _expects_ok(row):
        found.leave(where, "redirects are not followed here: a redirect is an answer; name the last address")
    if kind == "json-query" and not _is_path(str(row.get("json_path") or "")):
        found.leave(where, f"json_path {row.get('json_path')!r}: only plain paths such as $.status")


def _expects_ok(row: Row) -> bool:
    return "3" not in {
        str(each)[:1] for each in json.loads(str(row.get("accepted_statuscodes_json") or '["200-299"]'))
    }
