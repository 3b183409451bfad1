"""What keeping mail asks of a server: its folders, what is in one, what changed, and a few acts upon it."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from lightship.edges.mailboxes.imap.connecting import Server, connect, quoted
from lightship.edges.mailboxes.imap.grammar import attributes, instant, number, numbers, ranges, words
from lightship.edges.mailboxes.imap.session import Answer, Session
from lightship.edges.mailboxes.imap.trouble import ImapTrouble, Nonsense, Refused
from lightship.endure.keeping.flags import kept
from lightship.vocabulary.time import Instant

_STATUS = b"(MESSAGES UIDNEXT UIDVALIDITY%s)"
_USES = ("\\all", "\\archive", "\\drafts", "\\flagged", "\\junk", "\\sent", "\\trash", "\\important")
_NOT_FOLDERS = {"\\noselect", "\\nonexistent"}


class State(NamedTuple):
    """How a folder stands: its messages, and the numbers that tell whether anything changed. None: not told."""

    messages: int
    uidvalidity: int
    uidnext: int | None
    modseq: int | None


class ServerFolder(NamedTuple):
    """A folder as the server lists it. `use`: see KeptFolder. `state`: where it could be listed at once."""

    wire: bytes
    separator: str
    use: str
    state: State | None


class Survey(NamedTuple):
    """A message without its content. `size` and `received` are what the server says; None: it does not."""

    uid: int
    flags: str
    size: int | None
    received: Instant | None


class Changes(NamedTuple):
    """What happened in a folder since a MODSEQ: new flags by UID, and the UIDs that vanished (None: not told)."""

    flags: dict[int, str]
    vanished: list[int] | None


class Client:
    """Logged in at one server. Use it as a context."""

    def __init__(self, session: Session, can: frozenset[str]) -> None:
        self.session, self.can = session, can
        self.quick_resync = "QRESYNC" in can
        self.modseqs = self.quick_resync or "CONDSTORE" in can
        if self.quick_resync and "ENABLE" in can:
            # Before any folder is opened (RFC 7162 3.2.3): afterwards VANISHED comes instead of EXPUNGE.
            session.command(b"ENABLE QRESYNC")

    @classmethod
    def at(cls, server: Server, secret: str) -> "Client":
        """Connect and log in. Raises what `connect` raises."""
        session, can = connect(server, secret)
        return cls(session, can)

    def __enter__(self) -> "Client":
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Say goodbye, if the connection still stands."""
        with suppress(ImapTrouble):
            self.session.command(b"LOGOUT")
        self.session.stream.close()

    def folders(self) -> list[ServerFolder]:
        """Every folder that can hold messages; hidden ones too."""
        options = [b"STATUS " + self._status()] if "LIST-STATUS" in self.can else []
        options += [b"SPECIAL-USE"] if "SPECIAL-USE" in self.can else []
        extended = "LIST-EXTENDED" in self.can or options
        asked = b'LIST "" "*"' + (b" RETURN (%s)" % b" ".join(options) if extended and options else b"")
        answers = self.session.command(asked)
        states = dict(found for each in answers if (found := _state_of(each)))
        listed = (_listed(each, states) for each in answers if each.name == b"LIST")
        return list({each.wire: each for each in listed if each is not None}.values())

    def _status(self) -> bytes:
        return _STATUS % (b" HIGHESTMODSEQ" if self.modseqs else b"")

    def open(
        self, wire: bytes, known: State | None = None, *, writable: bool = False
    ) -> tuple[State, Changes | None]:
        """Open a folder, read-only unless stated.

        Args:
            known: how it stood at the latest pass; with it, the server may say at once what changed since.

        Raises:
            Refused: there is no such folder, or it may not be read.
            Nonsense: no UIDVALIDITY, without which nothing can be remembered.
        """
        verb = b"SELECT " if writable else b"EXAMINE "
        how = b" (CONDSTORE)" if self.modseqs else b""
        resync = self.quick_resync and known is not None and known.modseq
        if resync and known is not None:
            how = b" (QRESYNC (%d %d))" % (known.uidvalidity, known.modseq or 0)
        answers = self.session.command(verb + quoted(wire) + how)
        state = _opened(answers)
        same = resync and known is not None and state.uidvalidity == known.uidvalidity
        return state, _changes(answers) if same else None

    def survey(self, uids: bytes) -> Iterator[Survey]:
        """UID, flags, size and date of messages."""
        return self._fetched(b"UID FETCH %s (UID FLAGS INTERNALDATE RFC822.SIZE)" % uids)

    def flags(self, since: int | None = None) -> dict[int, str]:
        """The flags of every message by UID, or of those changed since a MODSEQ."""
        asked = b"UID FETCH 1:* (UID FLAGS)" + (b" (CHANGEDSINCE %d)" % since if since else b"")
        return {each.uid: each.flags for each in self._fetched(asked)}

    def _fetched(self, command: bytes) -> Iterator[Survey]:
        for _, answer in self.session.pipeline([command]):
            if answer.name in (b"NO", b"BAD") and answer.tag != b"*":
                raise Refused(f"UID FETCH: {answer.text}", answer.code.decode("ascii", "replace"))
            found = _surveyed(answer)
            if found is not None:
                yield found

    def message_ids(self, uids: Sequence[int]) -> dict[int, str]:
        """The Message-ID of each message, without brackets; empty: it has none."""
        found: dict[int, str] = {}
        asked = (
            b"UID FETCH %s (UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])" % ranges(uids[at : at + 500])
            for at in range(0, len(uids), 500)
        )
        for _, answer in self.session.pipeline(asked):
            pairs = attributes(answer.rest[0]) if answer.name == b"FETCH" and answer.rest else {}
            uid = number(pairs.get(b"UID"))
            text = next((each for name, each in pairs.items() if name.startswith(b"BODY[HEADER")), None)
            if uid is not None and isinstance(text, bytes):
                found[uid] = _message_id(text)
        return found

    def search_message_id(self, message_id: str) -> list[int]:
        """The UIDs in the open folder whose Message-ID is, or contains, this one."""
        answers = self.session.command(b"UID SEARCH HEADER Message-ID " + quoted(message_id))
        rest = (each for answer in answers if answer.name == b"SEARCH" for each in answer.rest)
        return sorted(uid for each in rest if (uid := number(each)) is not None)

    def create(self, wire: bytes) -> None:
        """Make a folder, and subscribe to it so that mail programs show it. Raises Refused."""
        try:
            self.session.command(b"CREATE " + quoted(wire))
        except Refused as refused:
            if refused.code != "ALREADYEXISTS":
                raise
        with suppress(Refused):
            self.session.command(b"SUBSCRIBE " + quoted(wire))

    def delete(self, wire: bytes) -> None:
        """Delete a folder and all that is in it. Raises Refused."""
        with suppress(Refused):
            self.session.command(b"UNSUBSCRIBE " + quoted(wire))
        with suppress(Refused):
            self.session.command(b"CLOSE")
        self.session.command(b"DELETE " + quoted(wire))


def _listed(answer: Answer, states: dict[bytes, State]) -> ServerFolder | None:
    if len(answer.rest) < 3 or not isinstance(answer.rest[2], bytes):
        return None
    marks = {each.lower() for each in words(answer.rest[0])}
    if marks & _NOT_FOLDERS:
        return None
    separator, wire = answer.rest[1], answer.rest[2]
    use = next((each[1:] for each in _USES if each in marks), "")
    return ServerFolder(
        wire,
        separator.decode("ascii", "replace") if isinstance(separator, bytes) else "",
        use,
        states.get(wire),
    )


def _state_of(answer: Answer) -> tuple[bytes, State] | None:
    if answer.name != b"STATUS" or len(answer.rest) < 2 or not isinstance(answer.rest[0], bytes):
        return None
    pairs = attributes(answer.rest[1])
    messages, uidvalidity = number(pairs.get(b"MESSAGES")), number(pairs.get(b"UIDVALIDITY"))
    if messages is None or uidvalidity is None:
        return None
    modseq = number(pairs.get(b"HIGHESTMODSEQ"))
    return answer.rest[0], State(messages, uidvalidity, number(pairs.get(b"UIDNEXT")), modseq or None)


def _opened(answers: Iterable[Answer]) -> State:
    codes: dict[bytes, int] = {}
    messages = 0
    for answer in answers:
        if answer.name == b"EXISTS":
            messages = answer.number or 0
        name, _, value = answer.code.partition(b" ")
        if value.isdigit():
            codes[name.upper()] = int(value)
    if b"UIDVALIDITY" not in codes:
        raise Nonsense("a folder without UIDVALIDITY")
    return State(messages, codes[b"UIDVALIDITY"], codes.get(b"UIDNEXT"), codes.get(b"HIGHESTMODSEQ"))


def _changes(answers: Iterable[Answer]) -> Changes:
    flags: dict[int, str] = {}
    vanished: list[int] = []
    for answer in answers:
        if answer.name == b"VANISHED" and answer.rest:
            vanished += numbers(answer.rest[-1])
        elif (found := _surveyed(answer)) is not None:
            flags[found.uid] = found.flags
    return Changes(flags, vanished)


def _surveyed(answer: Answer) -> Survey | None:
    if answer.name != b"FETCH" or not answer.rest:
        return None
    pairs = attributes(answer.rest[0])
    uid = number(pairs.get(b"UID"))
    if uid is None or b"FLAGS" not in pairs:
        return None
    size, received = number(pairs.get(b"RFC822.SIZE")), instant(pairs.get(b"INTERNALDATE"))
    return Survey(uid, kept(words(pairs[b"FLAGS"])), size, received)


def _message_id(header: bytes) -> str:
    text = header.partition(b":")[2].replace(b"\r\n", b" ").strip()
    return text.partition(b"<")[2].partition(b">")[0].decode("utf-8", "replace") or text.decode(
        "utf-8", "replace"
    )
