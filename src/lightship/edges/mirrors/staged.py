"""A folder that a mirror keeps equal to the release: looked through when it is first used, and after any doubt."""

from pathlib import Path

from lightship.edges.mirrors.directory import Directory
from lightship.edges.mirrors.mirror import MirrorTrouble
from lightship.edges.mirrors.packing import Release
from lightship.vocabulary.errors import StoreRefused


class Staged:
    """See above. Nothing is read or made before the first `bring`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._directory: Directory | None = None

    def bring(self, release: Release, doubt: bool) -> None:
        """Make the folder hold the release. Raises MirrorTrouble; what stood there stands.

        Args:
            doubt: it may not be what we left there, so every file is looked at.
        """
        try:
            if self._directory is None or doubt:
                self._directory = Directory(self.folder)
            self._directory.publish(release)
        except StoreRefused as refused:
            self._directory = None
            raise MirrorTrouble(str(refused)) from None

    @property
    def sequence(self) -> int:
        """Of the release that it was left with; 0: none by us."""
        return self._directory.sequence if self._directory is not None else 0
