"""`GET /api/v1/openapi.json`: the interface described by itself (OpenAPI 3.1), from the table that serves it."""

import importlib
import inspect
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from lightship import __version__
from lightship.edges.web.api.exchange import Answer, Request
from lightship.edges.web.api.route import ANYBODY_KNOWN, EVERYBODY, Route, handler

KIND = "application/json"
_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_SCHEMAS: dict[str, Any] = {
    "Problem": {
        "title": "Problem", "description": "What went wrong (RFC 9457).", "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
            "detail": {"type": "string"},
            "errors": {
                "type": "array",
                "items": {
                    "type": "object", "required": ["where", "detail"],
                    "properties": {"where": {"type": "string"}, "detail": {"type": "string"}},
                },
            },
        },
    }
}  # fmt: skip


async def openapi(request: Request) -> Answer:
    """This description."""
    return Answer(200, _written(), KIND)


@cache
def _written() -> bytes:
    from lightship.edges.web.api import ROUTES

    return msgspec.json.encode(described(ROUTES))


def described(routes: Mapping[str, Route]) -> dict[str, Any]:
    """The document for a table of routes."""
    taken = {line: _type(route) for line, route in routes.items() if route.takes}
    schemas, components = msgspec.json.schema_components(
        tuple(taken.values()), ref_template="#/components/schemas/{name}"
    )
    bodies = dict(zip(taken, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for line, route in routes.items():
        method, _, path = line.partition(" ")
        paths.setdefault(path, {})[method.lower()] = _operation(method, path, route, bodies.get(line))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Lightship hub", "version": __version__,
            "description": "What programs tell a hub and ask of it. docs/reference/api.md says more of each route.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": {**components, **_SCHEMAS},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"}, "password": {"type": "http", "scheme": "basic"},
            },
        },
    }  # fmt: skip


def _type(route: Route) -> Any:
    return getattr(importlib.import_module(route.handler.partition(":")[0]), route.takes)


def _operation(method: str, path: str, route: Route, schema: Any) -> dict[str, Any]:
    words = inspect.getdoc(handler(route)) or ""
    open_to_all = route.may == EVERYBODY
    may = (
        ""
        if open_to_all
        else f" Wants a token{'' if route.may == ANYBODY_KNOWN else f' that may `{route.may}`'}."
    )
    found: dict[str, Any] = {
        "operationId": re.sub(r"[^a-z0-9]+", "-", f"{method} {path.removeprefix('/api/v1')}".lower()).strip("-"),
        "summary": words.partition("\n")[0].rstrip("."), "description": f"{words}{may}",
        "security": [] if open_to_all else [{"token": []}, {"password": []}],
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in re.findall(r"\{(\w+)\}", path)
        ],
        "responses": {
            "2XX": {"description": "Done.", "content": {KIND: {"schema": {}}}},
            "default": {"description": "Not done.", "content": {"application/problem+json": {"schema": _PROBLEM}}},
        },
    }  # fmt: skip
    if method in ("POST", "PUT"):
        found["requestBody"] = {"content": {KIND: {"schema": schema if schema is not None else {}}}}
    return found
