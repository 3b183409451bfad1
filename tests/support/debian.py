"""The Debian packages that tests want, read from scripts/debian-packages.txt."""

import os
import shutil
from ctypes.util import find_library
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
LIST = ROOT / "scripts" / "debian-packages.txt"
# Debian puts servers where a plain user's PATH does not reach.
PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])


class Package(NamedTuple):
    """One line of the list: `proof` is `command:NAME`, `file:PATH` or `library:NAME`; several are joined by a plus."""

    name: str
    proof: str
    wanted_for: str

    def is_there(self) -> bool:
        """Whether the machine has what the package brings, wherever it came from."""
        return all(_is_there(*each.split(":", 1)) for each in self.proof.split("+"))


def _is_there(kind: str, what: str) -> bool:
    if kind == "library":
        return find_library(what) is not None
    return shutil.which(what, path=PATH) is not None if kind == "command" else Path(what).exists()


@cache
def packages() -> dict[str, Package]:
    """Every package of the list by its name. Asking for one that is not listed is a mistake in the test."""
    lines = [line for line in LIST.read_text().splitlines() if line.strip() and not line.startswith("#")]
    return {line.split()[0]: Package(*line.split(None, 2)) for line in lines}


def command(name: str) -> str:
    """The path of a program, with /usr/sbin looked through. Raises LookupError if it is not there."""
    found = shutil.which(name, path=PATH)
    if found is None:
        raise LookupError(f"no {name} on {PATH}")
    return found
