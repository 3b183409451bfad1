"""What is kept, as its readers see it."""

import msgspec

from lightship.vocabulary.time import Instant


class KeptAccount(msgspec.Struct, frozen=True):
    """One mailbox at one provider.

    Args:
        name: as its owner calls it; usually the address.
        directory: of its Maildir, below the copy.
        settings: how to reach it, as JSON; never a secret.
        began_at: when the latest pass began; passed_at: when the latest complete one ended. None: never.
        trouble: what stopped the latest pass, or is waiting for an answer; empty: nothing.
        at_provider: messages that the provider had in the latest pass over each folder; None: not known yet.
        kept: of those, how many are in the copy; missing: how many the provider did not deliver.
        gone: messages that the provider no longer has and the copy still keeps.
    """

    id: int
    name: str
    directory: str
    settings: bytes
    began_at: Instant | None
    passed_at: Instant | None
    trouble: str
    at_provider: int | None
    kept: int
    missing: int
    gone: int


class KeptFolder(msgspec.Struct, frozen=True):
    """One folder of an account.

    Args:
        name: for people; wire: as the server writes it; separator: between the parts of `name`, empty if none.
        directory: below the account's, as Maildir++ names it; empty: the inbox.
        use: its special use (RFC 6154) in lower case, without the backslash ("sent", "trash"); empty: none stated.
        messages: how many are kept in it, those gone at the provider among them; unseen: without \\Seen, still there.
        gone_at: since when the provider has no such folder; None: it has.
    """

    id: int
    account: int
    name: str
    wire: bytes
    separator: str
    directory: str
    use: str
    messages: int
    unseen: int
    gone_at: Instant | None


class KeptPlace(msgspec.Struct, frozen=True):
    """Where the provider has, or had, a message: the same one may stand in several folders, or twice in one.

    Args:
        flags: as the server writes them ("\\Seen", "$Forwarded").
        received: the server's INTERNALDATE.
        gone_at: since when it is no longer there; None: it is.
    """

    message: int
    folder: int
    uidvalidity: int
    uid: int
    flags: tuple[str, ...]
    received: Instant
    gone_at: Instant | None


class KeptMessage(msgspec.Struct, frozen=True):
    """One message. It is identified by the SHA-256 of its bytes, never by what a server calls it.

    Args:
        hash: 32 bytes; `short` is how people name it.
        size: bytes.
        message_id: of the header, without brackets; empty: it has none.
        sent_at: the header's Date; None: it has none that can be read, or the message is not indexed yet.
        sender, recipients, subject: decoded text; empty until it is indexed.
        attachments: how many; 0 also until it is indexed.
        indexed: whether search knows it.
        damaged: what the latest verification found wrong; empty: nothing, or not looked yet.
    """

    id: int
    hash: bytes
    size: int
    message_id: str
    sent_at: Instant | None
    sender: str
    recipients: str
    subject: str
    attachments: int
    indexed: bool
    damaged: str

    @property
    def short(self) -> str:
        """The first 12 hexadecimal digits of the hash."""
        return self.hash.hex()[:12]


class Proof(msgspec.Struct, frozen=True):
    """A check of the copy that was made.

    Args:
        kind: "verify" (hashes of a share), "verify all", "test restore", "restore".
        detail: JSON, see docs/reference/mail-copy.md.
    """

    kind: str
    account: int | None
    at: Instant
    passed: bool
    detail: str
