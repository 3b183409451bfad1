"""The templates of the published pages, as text."""

from pathlib import Path

import lightship

SUFFIXES = (".html", ".css")


def template_texts() -> dict[str, str]:
    """Each template's text by its file name. Raises FileNotFoundError if the package is incomplete."""
    folder = Path(lightship.__file__).parent / "tell" / "templates"
    found = {
        path.name: path.read_text("utf-8") for path in sorted(folder.iterdir()) if path.suffix in SUFFIXES
    }
    if not found:
        raise FileNotFoundError(2, "the package is incomplete, install it again", str(folder))
    return found
