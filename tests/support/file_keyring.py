"""A real backend of `keyring` that needs no desktop: PYTHON_KEYRING_BACKEND=tests.support.file_keyring.FileKeyring.

It writes in the clear, into the file that $TEST_KEYRING names: for tests alone.
"""

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend


class FileKeyring(KeyringBackend):
    """See the module."""

    priority = 1

    @property
    def _path(self) -> Path:
        return Path(os.environ["TEST_KEYRING"])

    def _all(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self._path.read_text()) if self._path.exists() else {}
        return found

    def get_password(self, service: str, username: str) -> str | None:
        """Or None."""
        return self._all().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Overwrites."""
        self._path.write_text(json.dumps({**self._all(), f"{service}/{username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        """Must be there."""
        self._path.write_text(
            json.dumps({k: v for k, v in self._all().items() if k != f"{service}/{username}"})
        )
