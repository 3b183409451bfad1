"""Passwords by reference: `env:`, `file:`, `keyring:`, `command:`. Never in an address, a configuration or a log."""

import os
import shlex
import subprocess
from pathlib import Path

from keyring.errors import KeyringError

from lightship.edges.probes.probe import Secret
from lightship.vocabulary.errors import BadInput

WAYS = "write env:NAME, file:PATH, keyring:NAME or command:WORDS"
SERVICE = "lightship"
"""Under which the keyring of the operating system holds what names no other service."""

PATIENCE_SECONDS = 30.0


def secret(reference: str, place: str) -> Secret:
    """What a reference stands for, without the line break at its end.

    Raises:
        BadInput: another kind of reference, or nothing behind it. What was found is not repeated.
    """
    kind, _, what = reference.partition(":")
    if kind not in _READ or not what:
        raise BadInput(place, "this is no reference to a secret", WAYS)
    try:
        found = _READ[kind](what)
    except KeyError:
        raise BadInput(place, f"the environment has no {what}", f"set it, or {WAYS}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(place, f"{what} cannot be read: {error.__class__.__name__}", WAYS) from None
    except KeyringError as error:
        raise BadInput(place, f"the keyring does not answer ({error.__class__.__name__})", WAYS) from None
    except subprocess.SubprocessError:
        raise BadInput(place, f"the command {what.split()[0]!r} failed", "try it by hand") from None
    if not found:
        raise BadInput(place, f"there is nothing behind {kind}:{what}", WAYS)
    return Secret(found)


def _environment(name: str) -> str:
    return os.environ[name]


def _file(path: str) -> str:
    return Path(path).expanduser().read_text().rstrip("\r\n")


def _command(words: str) -> str:
    ended = subprocess.run(  # noqa: S603 - the operator's own command, in his own file, without a shell
        shlex.split(words), capture_output=True, text=True, check=True, timeout=PATIENCE_SECONDS
    )
    return ended.stdout.rstrip("\r\n")


def _keyring(what: str) -> str:
    """`NAME` of the service `lightship`, or `SERVICE/NAME`."""
    # Loaded only where it is used: finding a keyring takes a while.
    import keyring

    service, _, name = what.rpartition("/")
    return keyring.get_password(service or SERVICE, name) or ""


_READ = {"env": _environment, "file": _file, "keyring": _keyring, "command": _command}
