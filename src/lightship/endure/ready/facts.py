"""What was found on this machine. Absent is not known; a time is when something was last seen to work."""

import msgspec

from lightship.vocabulary.time import Instant


class Uplink(msgspec.Struct, frozen=True):
    """A line. `proven_at`: when an answer last came over it."""

    name: str
    metered: bool
    proven_at: Instant


class DrillFacts(msgspec.Struct, frozen=True):
    """The latest exercise of the change-over. `gap`: seconds without an answer; None: nothing took over."""

    at: Instant
    after: str | None
    gap: float | None


class MailFacts(msgspec.Struct, frozen=True):
    """The copy of one account.

    Args:
        passed_at: end of the latest complete pass; at_provider: messages there then.
        missing: that the provider did not deliver; trouble: what waits for an answer.
        verified_at, verified: the latest check of hashes and whether it passed; restored_at, restored: a test restore.
        unread: messages neither written nor read again lately, as a check reads a share of them only.
        damaged: messages found damaged, and not fetched anew yet.
    """

    account: str
    passed_at: Instant | None
    at_provider: int | None
    kept: int
    missing: int
    trouble: str = ""
    verified_at: Instant | None = None
    verified: bool = False
    restored_at: Instant | None = None
    restored: bool = False
    unread: int = 0
    damaged: int = 0


class CalendarFacts(msgspec.Struct, frozen=True):
    """One calendar or address book that is kept. `passed_at`: end of the latest complete pass; None: there was none."""

    name: str
    passed_at: Instant | None


class Held(msgspec.Struct, frozen=True):
    """The account folder: how many files of each kind, when the newest bill was added, and the latest check of all."""

    kinds: dict[str, int]
    newest_bill_at: Instant | None
    verified_at: Instant | None
    damaged: int


class Found(msgspec.Struct, frozen=True):
    """Everything.

    Args:
        uplinks: None: nothing was ever watched. mail: None: no copy is kept.
        calendars: and address books; empty: none is kept, which need not be a gap.
        routes: ways to send mail besides the provider; used_routes: those by which a letter was sent.
        waiting: letters of the outbox that are not settled.
        held: None: there is no account folder. plan: file of the firm's facts; None: there is none.
        gaps: what that file leaves open. silent: "application: address over line" that did not answer just now.
        checked: how many did answer; None: not tried.
    """

    uplinks: tuple[Uplink, ...] | None = None
    drill: DrillFacts | None = None
    mail: tuple[MailFacts, ...] | None = None
    calendars: tuple[CalendarFacts, ...] = ()
    routes: tuple[str, ...] = ()
    used_routes: tuple[str, ...] = ()
    waiting: int = 0
    held: Held | None = None
    plan: str | None = None
    gaps: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    checked: int | None = None
