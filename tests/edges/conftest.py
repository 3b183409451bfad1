"""What tests of the edges share."""

from collections.abc import Iterator

import pytest

from lightship.run.benches.wan.lab import Lab


@pytest.fixture
def lab() -> Iterator[Lab]:
    with Lab() as made:
        yield made
