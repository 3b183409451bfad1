"""One folder: what is new is brought in, what changed is found out and left for the account to decide on."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from lightship.edges.mailboxes.copy.copy import Copy
from lightship.edges.mailboxes.copy.ledger import Ledger
from lightship.edges.mailboxes.copy.shelf import Shelf
from lightship.edges.mailboxes.imap.bodies import Undelivered
from lightship.edges.mailboxes.imap.client import Changes, State, Survey
from lightship.edges.mailboxes.imap.grammar import ranges
from lightship.endure.keeping.changes import Change, applied, compared
from lightship.endure.keeping.flags import letters
from lightship.endure.keeping.known import fingerprint, recognised, sample
from lightship.endure.keeping.patience import due_again
from lightship.run.mail.fetching import Line, fetched
from lightship.run.mail.report import Report
from lightship.vocabulary.time import Instant

_LONG_RANGES = 2000
"""Numbers in one command. Servers refuse longer lines."""


class Watcher(Protocol):
    """Is told how a pass gets on."""

    def expect(self, steps: int) -> None:
        """So many more will come."""

    def advance(self, steps: int = 1) -> None:
        """So many came, or will not."""


class Looked(NamedTuple):
    """What a folder holds: what changed of what we knew, and what is new to us."""

    change: Change
    new: dict[int, Survey]


class FolderPass(NamedTuple):
    """One folder in one pass.

    Args:
        number: of the folder; name: for people; wire: for the server.
    """

    copy: Copy
    ledger: Ledger
    line: Line
    report: Report
    watcher: Watcher
    at: Instant
    number: int
    name: str
    wire: bytes

    def run(self, shelf: Shelf) -> tuple[State, Change]:
        """Bring in what is new. Gives how the folder stands, and what changed.

        Raises:
            Refused: it cannot be opened. Dropped, Nonsense: patience ended; what came is kept.
        """
        before = self.ledger.state(self.number)
        state, changes = self.line.client.open(self.wire, before)
        known = self.ledger.present(self.number, state.uidvalidity)
        looked = self._looked(before, state, changes, known)
        self._bring(self._without_recognised(looked.new, state, shelf), state, shelf)
        return state, looked.change

    def _looked(
        self, before: State | None, state: State, changes: Changes | None, known: Mapping[int, str]
    ) -> Looked:
        missing = self.ledger.missing(self.number, state.uidvalidity)
        quick = self._quickly(before, state, changes, known, missing)
        change, fresh = quick or self._thoroughly(state, known, missing)
        due = [
            uid for uid, (tries, at) in missing.items() if uid not in fresh and due_again(tries, at, self.at)
        ]
        return Looked(change, {**fresh, **self._surveyed(due)})

    def _quickly(
        self, before: State | None, state: State, changes: Changes | None, known: Mapping[int, str],
        missing: Mapping[int, object],
    ) -> Looked | None:  # fmt: skip
        """From what the server says changed; None: it does not say, or it does not add up."""
        if (
            before is None
            or before.uidvalidity != state.uidvalidity
            or not before.uidnext
            or not before.modseq
        ):
            return None
        if changes is None:
            if not self.line.client.modseqs:
                return None
            changes = Changes(self.line.client.flags(before.modseq), None)
        change = applied(known, changes.flags, frozenset(changes.vanished or ()))
        new = self._fresh(before.uidnext, known, missing)
        if len(known) - len(change.gone) + len(new) + len(missing) != state.messages:
            return None
        return Looked(change, new)

    def _fresh(
        self, uidnext: int, known: Mapping[int, str], missing: Mapping[int, object]
    ) -> dict[int, Survey]:
        # "n:*" gives the last message even where its UID is below n.
        found = self.line.client.survey(b"%d:*" % uidnext)
        return {
            each.uid: each
            for each in found
            if each.uid >= uidnext and each.uid not in known and each.uid not in missing
        }

    def _thoroughly(self, state: State, known: Mapping[int, str], missing: Mapping[int, object]) -> Looked:
        """From all that is there."""
        if not state.messages:
            there: dict[int, str] = {}
            surveyed: dict[int, Survey] = {}
        elif len(known) < state.messages / 2:
            surveyed = {each.uid: each for each in self.line.client.survey(b"1:*")}
            there = {uid: each.flags for uid, each in surveyed.items()}
        else:
            there = self.line.client.flags()
            surveyed = self._surveyed(sorted(there.keys() - known.keys() - missing.keys()))
        if lost := missing.keys() - there.keys():
            self.ledger.no_longer_missing(self.number, state.uidvalidity, lost)
        new = {uid: each for uid, each in surveyed.items() if uid not in known and uid not in missing}
        return Looked(compared(known, there), new)

    def _surveyed(self, uids: list[int]) -> dict[int, Survey]:
        found = {}
        for at in range(0, len(uids), _LONG_RANGES):
            for each in self.line.client.survey(ranges(uids[at : at + _LONG_RANGES])):
                found[each.uid] = each
        wanted = frozenset(uids)
        return {uid: each for uid, each in found.items() if uid in wanted}

    def _without_recognised(self, new: dict[int, Survey], state: State, shelf: Shelf) -> dict[int, Survey]:
        """What has to be fetched: all but the messages that we have under other numbers."""
        ours = self._recognised(new)
        if not ours:
            return new
        chosen = sample(ours, self.report.recognised)
        trusted = {uid: message for uid, message in ours.items() if uid not in frozenset(chosen)}
        self._bring({uid: new[uid] for uid in chosen}, state, shelf)
        hashes = self.ledger.hashes(ours.values())
        for uid in chosen:
            found = self.ledger.placed(self.number, state.uidvalidity, uid)
            if found is not None and found != hashes[ours[uid]]:
                return {uid: each for uid, each in new.items() if uid not in frozenset(chosen)}
        self._place(trusted, hashes, new, state, shelf)
        return {uid: each for uid, each in new.items() if uid not in ours}

    def _recognised(self, new: Mapping[int, Survey]) -> dict[int, int]:
        sizes = {each.size for each in new.values() if each.size is not None}
        prints = self.ledger.prints(sizes)
        if not prints:
            return {}
        ours = {each.size for _, each in prints if each is not None}
        likely = sorted(uid for uid, each in new.items() if each.size in ours)
        ids = self.line.client.message_ids(likely)
        asked = {uid: fingerprint(ids.get(uid, ""), new[uid].size, new[uid].received) for uid in likely}
        return recognised(asked, prints)

    def _place(
        self, trusted: Mapping[int, int], hashes: Mapping[int, bytes], new: Mapping[int, Survey], state: State,
        shelf: Shelf,
    ) -> None:  # fmt: skip
        for uid, message in trusted.items():
            shelf.recognise(message, hashes[message], letters(new[uid].flags))
        rows = [
            (uid, message, new[uid].flags, _received(new[uid], self.at)) for uid, message in trusted.items()
        ]
        self.ledger.place(self.number, state.uidvalidity, self.at, rows)
        self.report.recognised += len(rows)

    def _bring(self, wanted: Mapping[int, Survey], state: State, shelf: Shelf) -> None:
        if not wanted:
            return
        # Loaded only where there is new mail.
        from lightship.edges.mailboxes.copy.filing import Filing
        from lightship.edges.mailboxes.copy.spilling import SpilledFile
        from lightship.edges.memory import held_small

        held_small()
        self.watcher.expect(len(wanted))
        undelivered: list[tuple[int, str]] = []
        try:
            with Filing(self.copy, shelf, self.number, state.uidvalidity, self.at) as filing:
                for each in fetched(self.line, self.wire, state, wanted, shelf.spill):
                    self.watcher.advance()
                    if isinstance(each, Undelivered):
                        undelivered.append((each.uid, each.why))
                        continue
                    assert isinstance(each.body, bytes | SpilledFile), "spilled by our shelf"
                    about = wanted[each.uid]
                    filing.add(each.uid, each.body, about.flags, _received(about, self.at))
                    self.report.fetched += 1
                    self.report.bytes += (
                        each.body.size if isinstance(each.body, SpilledFile) else len(each.body)
                    )
        finally:
            self.ledger.not_delivered(self.number, state.uidvalidity, self.at, undelivered)
            self.report.undelivered += [f"{self.name}: {uid}: {why}" for uid, why in undelivered]


def _received(about: Survey, at: Instant) -> Instant:
    return at if about.received is None else about.received
