"""Where the files are that ship with Lightship: scenarios and data, in a checkout and in an installed package."""

from difflib import get_close_matches
from pathlib import Path

import lightship
from lightship.vocabulary.errors import BadInput

_SUFFIX = ".yaml"


def data_path(name: str) -> Path:
    """A file of `lightship/data` ("uk_area_codes.csv"). Raises FileNotFoundError if the package is incomplete."""
    path = _package() / "data" / name
    if not path.exists():
        raise FileNotFoundError(2, "the package is incomplete, install it again", str(path))
    return path


def shipped_scenarios() -> list[Path]:
    """Every scenario that ships, by name. The name of a scenario is its file's, without `.yaml`."""
    return sorted(_scenario_folder().glob(f"*{_SUFFIX}"))


def scenario_path(name_or_path: str) -> Path:
    """The scenario of that name among the shipped ones, or the file at that path.

    Something with a slash or an ending is a path, so a file in the current folder never hides a shipped scenario.

    Raises:
        BadInput: neither; the message lists the names.
    """
    if "/" in name_or_path or Path(name_or_path).suffix:
        return _file(Path(name_or_path))
    for path in shipped_scenarios():
        if path.stem == name_or_path:
            return path
    names = [path.stem for path in shipped_scenarios()]
    near = get_close_matches(name_or_path, names, 1)
    hint = f"did you mean {near[0]}? There are" if near else "one of"
    raise BadInput(
        name_or_path,
        "no scenario of that name",
        f"{hint} {', '.join(names)}, or the path of a {_SUFFIX} file",
    )


def _file(path: Path) -> Path:
    if path.is_file():
        return path
    found = "a folder, not a file" if path.is_dir() else "no such file"
    raise BadInput(
        str(path), found, f"the path of a {_SUFFIX} file, or a name that `lightship scenario list` shows"
    )


def _scenario_folder() -> Path:
    installed = _package() / "data" / "scenarios"
    return installed if installed.is_dir() else _package().parents[1] / "scenarios"


def _package() -> Path:
    return Path(lightship.__file__).parent
