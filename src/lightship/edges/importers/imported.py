"""What was taken over, and what could not be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

FASTEST, SLOWEST, LONGEST = 1.0, 60.0, 60.0
"""Seconds: what `every` and `timeout` may be here (run/configuration.py)."""

EVERY, TIMEOUT = 20.0, 8.0


@dataclass
class Imported:
    """Checks as `lightship.yaml` writes them, in order; and what was left, each with its place."""

    checks: list[dict[str, Any]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def leave(self, where: str, what: str) -> None:
        """Say that something has no counterpart."""
        self.left.append(f"{where}: {what}")

    def add(
        self, where: str, url: str, name: str = "", every: float | None = None, timeout: float | None = None,
        expect: list[str] | None = None, **more: Any,
    ) -> None:  # fmt: skip
        """One check. Times out of our range are taken to its end, and told."""
        made: dict[str, Any] = {"url": url}
        if name:
            made["name"] = name
        if every is not None and (kept := self._within(where, "every", every, FASTEST, SLOWEST)) != EVERY:
            made["every"] = kept
        if timeout is not None and (kept := self._within(where, "timeout", timeout, 0.1, LONGEST)) != TIMEOUT:
            made["timeout"] = kept
        made |= {key: said for key, said in more.items() if said}
        if expect:
            made["expect"] = expect
        self.checks.append(made)

    def _within(self, where: str, what: str, asked: float, low: float, high: float) -> float:
        kept = min(high, max(low, asked))
        if kept != asked:
            self.leave(where, f"{what} {asked:g} s is {kept:g} s here: {low:g} to {high:g} s can be kept")
        return int(kept) if kept == int(kept) else kept


class _Plain(yaml.SafeDumper):
    """Without anchors: nobody writes those by hand."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def as_yaml(found: Imported, source: str) -> str:
    """A configuration that `lightship serve` reads; what was left stands on top, as comments."""
    head = [f"# Taken over from {source}."]
    if found.left:
        head += ["# Not taken over:", *(f"#   {each}" for each in found.left)]
    checks: list[str | Mapping[str, Any]] = [
        each["url"] if set(each) == {"url"} else each for each in found.checks
    ]
    body = yaml.dump({"checks": checks}, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=110)
    return "\n".join([*head, "", body])
