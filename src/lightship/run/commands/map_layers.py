"""A layered drawing of a graph: columns by longest way, few crossings, short edges (Sugiyama's method, simplified)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

SWEEPS = 8
_REAL, _BEND = 52.0, 16.0
"""Height that a node takes, and a bend of an edge that passes its column."""


@dataclass(frozen=True)
class Edge:
    """From who needs to what is needed.

    Args:
        redundant: others in the same gate can stand in. label: shown beside the line; empty: nothing.
    """

    user: str
    on: str
    redundant: bool = False
    label: str = ""


@dataclass
class Layout:
    """Where everything goes.

    Args:
        column: per node, 0 on the left. y: per node and bend, its middle.
        routes: per edge, the ids that its line passes, both ends included.
    """

    column: dict[str, int]
    y: dict[str, float]
    routes: dict[Edge, tuple[str, ...]]
    height: float = 0.0
    columns: list[list[str]] = field(default_factory=list)


def layout(nodes: Sequence[str], edges: Sequence[Edge]) -> Layout:
    """Place nodes and edges. A circle is opened where it closes: that edge is drawn backwards."""
    forward = _without_circles(nodes, edges)
    column = _columns(nodes, forward)
    found = Layout(dict(column), {}, {})
    links: list[tuple[str, str]] = []
    for edge in edges:
        route = _route(edge, column)
        found.routes[edge] = route
        for bend, where in zip(route[1:-1], range(column[route[0]] + 1, column[route[-1]]), strict=False):
            column.setdefault(bend, where)
        links += pairwise(route)
    found.column = column
    found.columns = _ordered(column, links)
    found.y = _heights(found.columns, links)
    lowest = min(found.y.values(), default=0.0)
    found.y = {name: y - lowest + _REAL / 2 for name, y in found.y.items()}
    found.height = max(found.y.values(), default=0.0) + _REAL / 2
    return found


def is_bend(name: str) -> bool:
    """Whether it is a bend of an edge, no node."""
    return name.startswith("\0")


def _without_circles(nodes: Sequence[str], edges: Sequence[Edge]) -> list[tuple[str, str]]:
    below: dict[str, list[str]] = {name: [] for name in nodes}
    for edge in edges:
        below[edge.user].append(edge.on)
    state: dict[str, int] = {}
    kept: list[tuple[str, str]] = []
    for start in nodes:
        stack: list[tuple[str, int]] = [(start, 0)] if start not in state else []
        while stack:
            name, turn = stack.pop()
            state[name] = 1
            if turn == len(below[name]):
                state[name] = 2
                continue
            stack.append((name, turn + 1))
            on = below[name][turn]
            if state.get(on) != 1:
                kept.append((name, on))
            if on not in state:
                stack.append((on, 0))
    return kept


def _columns(nodes: Sequence[str], links: Sequence[tuple[str, str]]) -> dict[str, int]:
    """The longest way from anything that nobody needs."""
    users: dict[str, list[str]] = {name: [] for name in nodes}
    for user, on in links:
        users[on].append(user)
    column: dict[str, int] = {}
    for start in nodes:
        stack = [start]
        while stack:
            missing = [user for user in users[stack[-1]] if user not in column]
            if missing:
                stack += missing
                continue
            name = stack.pop()
            column[name] = 1 + max((column[user] for user in users[name]), default=-1)
    return column


def _route(edge: Edge, column: Mapping[str, int]) -> tuple[str, ...]:
    """Lines to one node from one column to the next share their bends: fewer lines to follow."""
    left, right = sorted((edge.user, edge.on), key=lambda name: column[name])
    bends = (f"\0{left}\0{right}\0{at}" for at in range(column[left] + 1, column[right]))
    return (left, *bends, right)


def _ordered(column: Mapping[str, int], links: Sequence[tuple[str, str]]) -> list[list[str]]:
    columns: list[list[str]] = [[] for _ in range(max(column.values(), default=-1) + 1)]
    for name, at in column.items():
        columns[at].append(name)
    left, right = _neighbours(column, links)
    for sweep in range(SWEEPS):
        order = range(1, len(columns)) if sweep % 2 == 0 else range(len(columns) - 2, -1, -1)
        beside = left if sweep % 2 == 0 else right
        for at in order:
            position = {name: n for names in columns for n, name in enumerate(names)}
            columns[at].sort(
                key=lambda name: _mean((position[each] for each in beside[name]), position[name])
            )
    return columns


def _neighbours(
    column: Mapping[str, int], links: Sequence[tuple[str, str]]
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    left: dict[str, list[str]] = {name: [] for name in column}
    right: dict[str, list[str]] = {name: [] for name in column}
    for one, other in dict.fromkeys(links):
        right[one].append(other)
        left[other].append(one)
    return left, right


def _heights(columns: Sequence[Sequence[str]], links: Sequence[tuple[str, str]]) -> dict[str, float]:
    """Each as near to the middle of its neighbours as the order and the room allow."""
    y: dict[str, float] = {}
    for names in columns:
        _stack(names, {name: 0.0 for name in names}, y)
    around: dict[str, list[str]] = {name: [] for names in columns for name in names}
    for one, other in dict.fromkeys(links):
        around[one].append(other)
        around[other].append(one)
    for _ in range(SWEEPS):
        for names in columns:
            _stack(names, {name: _mean((y[each] for each in around[name]), y[name]) for name in names}, y)
    return y


def _stack(names: Sequence[str], wanted: Mapping[str, float], y: dict[str, float]) -> None:
    """In order, each at its wanted height or just below the one above; the column keeps its middle."""
    at = float("-inf")
    for name in names:
        half = (_BEND if is_bend(name) else _REAL) / 2
        y[name] = max(wanted[name], at + half)
        at = y[name] + half
    drift = _mean((y[name] - wanted[name] for name in names), 0.0)
    for name in names:
        y[name] -= drift


def _mean(values: Iterable[float], otherwise: float) -> float:
    found = list(values)
    return sum(found) / len(found) if found else otherwise
