"""Where a fact came from. Every edge of the map and every number has one."""

from typing import Literal

import msgspec

Basis = Literal["sourced", "assumed", "measured", "stated", "synthetic"]
"""sourced: published, with an address. assumed: ours. measured: by this deployment. stated: by the operator.
synthetic: made by a generator."""


class Source(msgspec.Struct, frozen=True):
    """Where a fact came from. `as_of` is absent when the source does not say: never guess it."""

    basis: Basis
    publisher: str = ""
    url: str = ""
    as_of: str | None = None
    note: str = ""


ASSUMED = Source(basis="assumed")
SYNTHETIC = Source(basis="synthetic", publisher="lightship map make")


class Estimate(msgspec.Struct, frozen=True):
    """A quantity with its interval: `low <= value <= high`, 90 % unless the note says otherwise.

    Any of the three may be absent: "at least 5,000" has only `low`. All absent means not known yet.
    """

    unit: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    source: Source = ASSUMED
