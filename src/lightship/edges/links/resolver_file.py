"""The resolvers that programs ask: /etc/resolv.conf, changed for a while and put back."""

import contextlib
import os
from pathlib import Path

from lightship.vocabulary.errors import BadInput

SYSTEM = Path("/etc/resolv.conf")
NOTE = "# Changed by lightship while a resolver does not answer; the original is kept beside Lightship's history."
MOST = 1 << 16


def nameservers(path: Path = SYSTEM) -> list[str]:
    """The resolvers in use, but none on this machine itself. Empty where the file is not there."""
    with contextlib.suppress(OSError):
        words = [line.split() for line in path.read_text("utf-8", "replace")[:MOST].splitlines()]
        found = [each[1].partition("%")[0] for each in words if len(each) > 1 and each[0] == "nameserver"]
        return [each for each in dict.fromkeys(found) if not each.startswith("127.") and each != "::1"]
    return []


class ResolverFile:
    """One resolv.conf and the copy of what stood in it. Safe against any end: the copy is whole before any change.

    Args:
        kept: where the copy goes; it is there exactly while the file is changed.
    """

    def __init__(self, path: Path, kept: Path) -> None:
        self.path, self.kept = path, kept

    def check(self) -> None:
        """Raises BadInput where the file is not ours to change."""
        if self.path.is_symlink():
            raise BadInput(
                str(self.path), f"a link to {self.path.readlink()}, which another program writes",
                "name a command that changes the resolver with --resolver-command, or leave it with --no-resolver",
            )  # fmt: skip

    def use(self, resolver: str) -> None:
        """Ask this resolver first; the others stay behind it."""
        if not self.kept.exists():
            _write(self.kept, self.path.read_bytes())
        others = [
            line
            for line in self.kept.read_text("utf-8", "replace").splitlines()
            if resolver not in line.split()
        ]
        _write(self.path, "\n".join([NOTE, f"nameserver {resolver}", *others, ""]).encode())

    def restore(self) -> bool:
        """Put back what stood there. True where something was put back; again changes nothing."""
        if not self.kept.exists():
            return False
        _write(self.path, self.kept.read_bytes())
        self.kept.unlink()
        return True


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing, where the file may be replaced; a file that is mounted by itself is written in place."""
    beside = path.with_name(f".{path.name}.lightship")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            beside.chmod(path.stat().st_mode & 0o777)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        path.write_bytes(content)
