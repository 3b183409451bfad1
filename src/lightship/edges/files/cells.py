"""The geometry of the UK's map, read from the package."""

from functools import cache

import msgspec

from lightship.edges.files.shipped import data_path
from lightship.tell.drawing.cells import Cells


@cache
def uk_cells() -> Cells:
    """Cells of the 611 area codes."""
    return msgspec.json.decode(data_path("uk_cells.json").read_bytes(), type=Cells)
