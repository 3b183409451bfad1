"""Measure an address once."""

import asyncio
from typing import Any

from lightship.edges.probes.address import check, probe_for
from lightship.edges.probes.probe import Result


def measure(address: str, **options: Any) -> Result:
    """Whatever the address says, once."""
    made = check(address, **options)
    return asyncio.run(probe_for(made.scheme).measure(made))
