"""The speed bars of `BENCHES`, one after the other."""

import importlib
from collections.abc import Iterator, Sequence

from lightship.run.benches import BENCHES
from lightship.run.benches.measured import Measured


def short() -> Iterator[tuple[str, Measured]]:
    """All of them."""
    return bars(tuple(BENCHES))


def bars(names: Sequence[str]) -> Iterator[tuple[str, Measured]]:
    """The named ones, each as soon as it is measured."""
    for name in names:
        module, _, function = BENCHES[name].partition(":")
        found: Measured = getattr(importlib.import_module(module), function)()
        yield name, found
