"""Passwords by reference from the keyring: a real backend, and none."""

from pathlib import Path

import keyring
import pytest

from lightship.edges.probes.secrets import secret
from lightship.vocabulary.errors import BadInput
from tests.support.file_keyring import FileKeyring


def test_the_keyring_gives_what_it_holds_under_our_name_or_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_KEYRING", str(tmp_path / "keyring.json"))
    before = keyring.get_keyring()
    keyring.set_keyring(FileKeyring())  # type: ignore[no-untyped-call]  # keyring ships no types
    try:
        keyring.set_password("lightship", "probe", "one")
        keyring.set_password("mail", "probe", "two")
        assert (secret("keyring:probe", "here").value, secret("keyring:mail/probe", "here").value) == (
            "one",
            "two",
        )
        with pytest.raises(BadInput, match="nothing behind keyring:other"):
            secret("keyring:other", "here")
    finally:
        keyring.set_keyring(before)
