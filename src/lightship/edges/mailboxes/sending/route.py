"""A second way out: where it is and whom it may send for. What lets us in is not part of it."""

from typing import Literal

import msgspec

Security = Literal["tls", "starttls", "none"]


class Route(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One SMTP submission server (RFC 6409).

    Args:
        address: that it may send for; the From line unless a person says otherwise.
        security: "tls" from the first byte; "starttls" before the password; "none" only for this machine.
        user: empty: it lets us in without a name.
        method: "password", or "xoauth2" with a token from the command.
        command: prints the password or token; empty: the keyring has it.
        authority: a file of certificates to trust besides the system's.
    """

    host: str
    port: int
    address: str
    user: str = ""
    security: Security = "starttls"
    method: Literal["password", "xoauth2"] = "password"
    command: str = ""
    authority: str = ""

    @property
    def place(self) -> str:
        """For people."""
        return f"{self.host}:{self.port}"
