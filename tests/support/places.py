"""Folders for servers that give up their rights: short names, and open to whom the server becomes."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that anybody may pass through, gone afterwards. pytest's own are for their owner alone."""
    folder = Path(tempfile.mkdtemp(prefix="lightship-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
