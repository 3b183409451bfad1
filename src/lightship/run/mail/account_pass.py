"""One account: every folder, then what changed at the provider, in the light of all of them."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple, TypeVar

from lightship.edges.mailboxes.copy.bodies import Bodies
from lightship.edges.mailboxes.copy.catalogue import segments_key, writing
from lightship.edges.mailboxes.copy.copy import Copy
from lightship.edges.mailboxes.copy.ledger import Ledger
from lightship.edges.mailboxes.copy.shelf import Shelf
from lightship.edges.mailboxes.imap.client import Client, ServerFolder, State
from lightship.edges.mailboxes.imap.trouble import Dropped, ImapTrouble, Nonsense, Refused
from lightship.endure.keeping.changes import Change, to_ask
from lightship.endure.keeping.flags import letters
from lightship.endure.keeping.folder_names import decoded
from lightship.run.mail.fetching import Line
from lightship.run.mail.folder_pass import FolderPass, Watcher
from lightship.run.mail.report import Report
from lightship.vocabulary.time import Instant

_T = TypeVar("_T")
Ask = Callable[[str], bool]
"""Puts a question to a person; whether the change is to be taken over."""


class _Waiting(NamedTuple):
    """A folder that was read, and what has still to be decided. `state` None: the provider has it no more."""

    number: int
    name: str
    state: State | None
    change: Change
    shelf: Shelf


class AccountPass:
    """One pass.

    Args:
        account: its number; name: for people.
        connect: logs in.
        skip: names of folders that are left out.
        ask: is asked about mass changes.
    """

    def __init__(
        self, copy: Copy, account: int, name: str, connect: Callable[[], Client], ask: Ask, watcher: Watcher,
        at: Instant, skip: tuple[str, ...] = (), line: Callable[[Callable[[], Client]], Line] = Line,
    ) -> None:  # fmt: skip
        self._copy, self._account, self._ask, self._watcher, self._at = copy, account, ask, watcher, at
        self._skip, self._make_line, self._connect = skip, line, connect
        self._bodies = Bodies(copy.folder, copy.db)
        self.ledger = Ledger(copy.db, account)
        self.report = Report(name)

    def run(self) -> Report:
        """Everything. Trouble with the server ends it early and stands in the report; what came is kept."""
        self.ledger.pass_began(self._at)
        line: Line | None = None
        try:
            line = self._make_line(self._connect)
            self._folders(line)
        except ImapTrouble as trouble:
            self.report.trouble = str(trouble)
        finally:
            if line is not None:
                self.report.reconnected = line.reconnected
                with suppress(ImapTrouble):
                    line.client.__exit__()
        said = self.report.trouble or "; ".join(self.report.questions)
        self.ledger.pass_ended(self._at, said)
        return self.report

    def _folders(self, line: Line) -> None:
        listed = self._patiently(line, lambda: line.client.folders())
        known = self.ledger.folders()
        wanted = self._numbered(listed)
        self.report.folders = len(wanted)
        waiting = [found for each in wanted if (found := self._folder(line, *each))]
        there = {each.wire for each in listed}
        waiting += [self._vanished(*known[wire]) for wire in known.keys() - there]
        agreed = [found for found in waiting if self._agreed(found)]
        with writing(self._copy.db):
            for found in agreed:
                self._take_over(found)

    def _numbered(self, listed: Sequence[ServerFolder]) -> list[tuple[ServerFolder, int, str]]:
        with writing(self._copy.db):
            named = [(each, decoded(each.wire)) for each in listed]
            return [
                (each, self._copy.folder_of(self._account, each.wire, name, each.separator, each.use), name)
                for each, name in named
                if name not in self._skip
            ]

    def _folder(self, line: Line, listed: ServerFolder, number: int, name: str) -> _Waiting | None:
        if self._is_as_it_was(number, listed.state):
            self.report.unchanged += 1
            return None
        shelf = self._shelf(number)
        one = FolderPass(
            self._copy, self.ledger, line, self.report, self._watcher, self._at, number, name, listed.wire
        )
        try:
            state, change = self._patiently(line, lambda: one.run(shelf))
        except Refused as refused:
            self.report.undelivered.append(f"{name}: the whole folder: {refused}")
            return None
        return _Waiting(number, name, state, change, shelf)

    def _is_as_it_was(self, number: int, state: State | None) -> bool:
        """Only a MODSEQ tells of changed flags."""
        if state is None or not state.modseq or state != self.ledger.state(number):
            return False
        return not self.ledger.missing(number, state.uidvalidity)

    def _patiently(self, line: Line, act: Callable[[], _T]) -> _T:
        """An act that may be begun anew on another connection."""
        while True:
            try:
                return act()
            except (Dropped, Nonsense) as trouble:
                line.again(trouble)

    def _vanished(self, number: int, name: str) -> _Waiting:
        before = self.ledger.state(number)
        uids = self.ledger.present(number, before.uidvalidity) if before else {}
        return _Waiting(number, name, None, Change(frozenset(uids), {}), self._shelf(number))

    def _agreed(self, found: _Waiting) -> bool:
        """Whether what changed in a folder may be taken over; if it is so much, a person has to say so."""
        question = self._question(found)
        if question and not self._ask(question):
            self.report.questions.append(question)
            return False
        return True

    def _take_over(self, found: _Waiting) -> None:
        self.report.gone += len(found.change.gone)
        if found.state is None:
            self.ledger.folder_gone(found.number, self._at)
            return
        renamed = self.ledger.settle(
            found.number, found.state, self._at, found.change.gone, found.change.flags
        )
        self.report.reflagged += len(renamed)
        for hash, before, after in renamed:
            found.shelf.reflag(hash, letters(before), letters(after))

    def _question(self, found: _Waiting) -> str:
        state = found.state or self.ledger.state(found.number)
        if state is None:
            return ""
        of = self.ledger.how_many(found.number, state.uidvalidity)
        lost = len(found.change.gone)
        if to_ask(found.name, lost, 0, of):
            lost = self.ledger.nowhere_else(found.number, state.uidvalidity, found.change.gone)
        if found.state is not None:
            before, vanished = self.ledger.numbered_otherwise(found.number, state.uidvalidity)
            of, lost = max(of, before), lost + len(vanished)
        return to_ask(found.name, lost, len(found.change.flags), of)

    def _shelf(self, number: int) -> Shelf:
        if self._copy.compact:
            from lightship.edges.mailboxes.copy.segment_shelf import SegmentShelf

            return SegmentShelf(self._copy.folder, segments_key(self._copy.db))
        from lightship.edges.mailboxes.copy.maildir_shelf import MaildirShelf

        return MaildirShelf(*self._copy.maildir(number), self._bodies)
