"""Where probes may go at all. An agent's owner says it, also of what a page, a redirect or a telephone names.

The look at a name beforehand is not enough: it may lead elsewhere a moment later, and steps lead to other hosts.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Refusal = Callable[[str], str]
"""Why a literal address is not gone to; empty: it is."""

_refusal: ContextVar[Refusal | None] = ContextVar("refusal", default=None)


def refusal(address: object) -> str:
    """Why this measurement does not go to a literal address; empty: it does."""
    says = _refusal.get()
    return says(str(address).partition("%")[0]) if says is not None else ""


@contextmanager
def bounded(says: Refusal) -> Iterator[None]:
    """What is measured within goes nowhere that is refused."""
    token = _refusal.set(says)
    try:
        yield
    finally:
        _refusal.reset(token)
