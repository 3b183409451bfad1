"""What a pass did, for people and machines."""

import msgspec

from lightship.run.output import counted


class Report(msgspec.Struct):
    """One pass over one account.

    Args:
        folders: that the provider has; unchanged: of those, how many had not to be looked into.
        fetched: messages that came; bytes: of them.
        recognised: messages found under new numbers, or in another folder, without being sent again.
        reflagged, gone: messages whose flags changed, or that the provider has no more (they are kept).
        purged: messages that were deleted here too, as their owner stated.
        undelivered: "folder: UID: why" of each message that the provider has and did not give.
        questions: changes too large to be taken over without asking; they wait.
        reconnected: how often the connection had to be made anew.
        trouble: what ended the pass early; empty: nothing did.
    """

    account: str
    folders: int = 0
    unchanged: int = 0
    fetched: int = 0
    bytes: int = 0
    recognised: int = 0
    reflagged: int = 0
    gone: int = 0
    purged: int = 0
    undelivered: list[str] = []
    questions: list[str] = []
    reconnected: int = 0
    seconds: float = 0.0
    trouble: str = ""

    @property
    def whole(self) -> bool:
        """Whether the copy now is what the provider has, as far as it gives it."""
        return not self.trouble and not self.questions

    def said(self) -> str:
        """In one line."""
        parts = [f"{counted(self.fetched, 'message')} fetched ({size(self.bytes)})"]
        parts += [f"{self.recognised:,} recognised without fetching"] if self.recognised else []
        parts += [f"flags of {self.reflagged:,} changed"] if self.reflagged else []
        parts += [f"{self.gone:,} gone at the provider, kept here"] if self.gone else []
        parts += [f"{self.purged:,} purged here"] if self.purged else []
        parts += [f"{len(self.undelivered):,} not delivered"] if self.undelivered else []
        parts += [f"connected anew {self.reconnected} times"] if self.reconnected else []
        return f"{self.account}: {', '.join(parts)}; {counted(self.folders, 'folder')}, {self.seconds:.1f} s"


def size(count: int) -> str:
    """Bytes for people.

    >>> size(900), size(18_400), size(374_000_000)
    ('900 B', '18.4 kB', '374.0 MB')
    """
    for power, unit in ((9, "GB"), (6, "MB"), (3, "kB")):
        if count >= 10**power:
            return f"{count / 10**power:,.1f} {unit}"
    return f"{count} B"
