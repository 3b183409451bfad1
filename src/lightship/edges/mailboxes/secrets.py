"""Passwords and tokens: from the keyring of the operating system or from a command; never from a file in the clear."""

from lightship.vocabulary.errors import LightshipError, Unreachable

SERVICE = "lightship mail"
COMMAND_SECONDS = 120
"""A command may ask a person to touch a key."""


def from_command(command: str) -> str:
    """The first line that a command prints. It is run without a shell.

    Raises:
        Unreachable: it failed or printed nothing.
    """
    # Loaded only where there is a command.
    import shlex
    import subprocess

    try:
        done = subprocess.run(  # noqa: S603 - the command is the owner's own
            shlex.split(command), capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise Unreachable(f"password command `{command}`: {error}") from error
    line = done.stdout.partition("\n")[0]
    if done.returncode or not line:
        said = done.stderr.strip().partition("\n")[0] or "it printed nothing"
        raise Unreachable(f"password command `{command}` ended with {done.returncode}: {said}")
    return line


def from_keyring(name: str) -> str | None:
    """What the keyring holds under a name; None: nothing, or there is no keyring."""
    # Loaded only where it is used: finding a keyring takes a while.
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, name)
    except KeyringError:
        return None


def into_keyring(name: str, secret: str) -> None:
    """Keep a secret under a name.

    Raises:
        LightshipError: there is no keyring, or it refuses.
    """
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(SERVICE, name, secret)
    except KeyringError as error:
        raise LightshipError(
            f"no keyring takes the password ({type(error).__name__}); "
            "name a command that prints it: --password-command 'pass show mail'"
        ) from error
