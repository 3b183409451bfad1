"""Letters over real servers: Postfix as both ways out, Dovecot for the copies in Sent, and servers that drop."""

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lightship.edges.mailboxes.sending.outbox import Letter, Outbox
from lightship.edges.mailboxes.sending.route import Route
from lightship.edges.mailboxes.sending.sent_folder import file_once
from lightship.edges.mailboxes.sending.smtp import Delivered, deliver
from lightship.endure.sending.letter import Draft
from lightship.run.mail.sending import queue, reconcile, try_once
from lightship.vocabulary.errors import StoreRefused
from tests.support.certificates import Authority
from tests.support.dovecot import PASSWORD, Dovecot, free_port
from tests.support.mailbox import Kept, logged_in
from tests.support.places import open_folder
from tests.support.postfix import Postfix

REAL = pytest.mark.needs("dovecot-imapd", "postfix")
ME, BACKUP, ANN = "me@made-up.example", "backup@made-up.example", "ann@made-up.example"
SHOW = f"echo {PASSWORD}"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def dovecot(authority: Authority) -> Iterator[Dovecot]:
    with open_folder() as folder, Dovecot(folder) as server:
        yield server


@pytest.fixture(scope="module")
def backup(authority: Authority, dovecot: Dovecot) -> Iterator[Postfix]:
    with open_folder() as folder:
        certificate, key = authority.issue(folder, "localhost")
        with Postfix(folder, dovecot, certificate, key) as server:
            yield server


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    made = Outbox(tmp_path)
    yield made
    made.close()


def way(server: Postfix, trusts: Authority, **other: str) -> Route:
    stated = {"user": "backup", "command": SHOW, "authority": str(trusts.certificate)} | other
    return Route("localhost", server.submission_port, BACKUP, **stated)  # type: ignore[arg-type]


def draft(to: str = ANN, body: str = "We are here.\n.\n..dots\n") -> Draft:
    return Draft(BACKUP, (to,), "Line down", body, answers_to=ME)


def received(dovecot: Dovecot, letter: Letter) -> list[bytes]:
    """What ann got of this letter; delivery is waited for."""
    wanted = f"Message-ID: <{letter.message_id}>".encode()
    for _ in range(100):
        box = dovecot.mail("ann")
        found = [path.read_bytes() for part in ("new", "cur") for path in (box / part).glob("*")]
        mine = [each for each in found if wanted in each]
        if mine:
            return mine
        threading.Event().wait(0.1)
    return []


@REAL
def test_a_letter_goes_by_the_second_way_once_and_can_be_answered(
    outbox: Outbox, backup: Postfix, dovecot: Dovecot, authority: Authority
) -> None:
    outbox.put_route("backup", way(backup, authority))
    letter = try_once(outbox, queue(outbox, draft(), ME, "backup"))
    assert (letter.state, letter.tries) == ("sent", 1)
    (only,) = received(dovecot, letter)
    assert b"Reply-To: me@made-up.example" in only
    assert b"\n.\n..dots" in only.replace(b"\r\n", b"\n")
    assert try_once(outbox, letter).tries == 1


@REAL
def test_with_tls_from_the_first_byte_too(
    outbox: Outbox, backup: Postfix, dovecot: Dovecot, authority: Authority
) -> None:
    tls = Route(
        "localhost", backup.smtps_port, BACKUP, "backup", "tls", "password", SHOW, str(authority.certificate)
    )
    outbox.put_route("backup", tls)
    assert try_once(outbox, queue(outbox, draft(), ME, "backup")).state == "sent"


@REAL
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"authority": ""}, "certificate verify failed"),
        ({"command": "echo wrong"}, "535"),
        ({"user": "", "command": ""}, "554|530|Access denied"),
    ],
)
def test_a_way_that_does_not_let_us_in_keeps_the_letter(
    outbox: Outbox, backup: Postfix, authority: Authority, changed: dict[str, str], said: str
) -> None:
    outbox.put_route("backup", way(backup, authority, **changed))
    letter = try_once(outbox, queue(outbox, draft(), ME, "backup"))
    assert letter.state in ("queued", "refused")
    assert any(each in letter.said for each in said.split("|"))


@REAL
def test_a_certificate_for_another_name_gets_no_password(
    outbox: Outbox, backup: Postfix, authority: Authority
) -> None:
    other = Route(
        "127.0.0.1",
        backup.submission_port,
        BACKUP,
        "backup",
        command=SHOW,
        authority=str(authority.certificate),
    )
    outbox.put_route("backup", other)
    letter = try_once(outbox, queue(outbox, draft(), ME, "backup"))
    assert letter.state == "queued"
    assert "certificate verify failed" in letter.said


@REAL
def test_a_receiver_that_is_refused_stops_the_whole_letter(
    outbox: Outbox, backup: Postfix, dovecot: Dovecot, authority: Authority
) -> None:
    outbox.put_route("backup", way(backup, authority))
    both = Draft(BACKUP, (ANN, "nobody@made-up.example"), "x", "y")
    letter = try_once(outbox, queue(outbox, both, ME, "backup"))
    assert letter.state == "refused"
    assert letter.said.startswith("550")
    assert all(
        letter.message_id.encode() not in path.read_bytes() for path in dovecot.mail("ann").glob("new/*")
    )


@REAL
def test_while_a_way_is_down_the_letter_waits_and_goes_when_it_is_back(
    outbox: Outbox, tmp_path: Path, dovecot: Dovecot, authority: Authority
) -> None:
    with open_folder() as folder:
        certificate, key = authority.issue(folder, "localhost")
        home = Postfix(folder, dovecot, certificate, key)
        outbox.put_route("home", way(home, authority))
        letter = try_once(outbox, queue(outbox, draft(), "", "home"))
        assert letter.state == "queued"
        assert "refused" in letter.said
        with home:
            reconcile(tmp_path, outbox, lambda line: None)
            assert outbox.letter(letter.id).state == "sent"
            assert len(received(dovecot, letter)) == 1


@REAL
def test_the_copy_is_filed_in_sent_exactly_once(
    tmp_path: Path, backup: Postfix, dovecot: Dovecot, authority: Authority
) -> None:
    kept = Kept(tmp_path, dovecot.port, "me")
    kept.keep()
    outbox = Outbox(tmp_path)
    outbox.put_route("backup", way(backup, authority))
    letter = try_once(outbox, queue(outbox, draft(), "me", "backup"))
    for _ in range(3):
        with kept.connect() as client:
            file_once(client, letter.message_id, outbox.raw(letter.id), letter.queued_at)
    oracle = logged_in(dovecot.port, "me")
    assert oracle.select("Sent")[1] == [b"1"]
    assert b"\\Seen" in str(oracle.fetch("1", "(FLAGS)")[1][0]).encode()
    oracle.logout()
    outbox.close()


class Drops:
    """Speaks SMTP until the last line of the letter, and then hangs up, or says what it is told to."""

    def __init__(self, last: bytes | None, at: bytes = b".") -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port, self._last, self._at = int(self._socket.getsockname()[1]), last, at
        self.got, self.accepted = b"", 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            peer, _ = self._socket.accept()
            with peer, peer.makefile("rwb", buffering=0) as file:
                file.write(b"220 here\r\n")
                self._talk(file)

    def _talk(self, file: "socket.SocketIO") -> None:
        inside = False
        while line := file.readline():
            word = line.strip().upper()
            if (inside and line == b".\r\n" and self._at == b".") or (
                not inside and word.startswith(self._at)
            ):
                if self._last is None:
                    return
                self.accepted += inside and self._last.startswith(b"250")
                file.write(self._last)
                inside = False
            elif inside:
                self.got += line
            elif word == b"DATA":
                inside = True
                file.write(b"354 go on\r\n")
            else:
                file.write(b"250 fine\r\n")


def plain(port: int) -> Route:
    return Route("127.0.0.1", port, BACKUP, security="none")


@pytest.mark.parametrize(
    ("last", "at", "state"),
    [
        (None, b".", "unknown"), (b"250 taken\r\n", b".", "sent"), (b"451 later\r\n", b".", "queued"),
        (b"554 no\r\n", b".", "refused"), (b"nonsense\r\n", b".", "unknown"), (None, b"DATA", "queued"),
        (None, b"MAIL", "queued"), (b"450 busy\r\n", b"RCPT", "queued"), (b"552 too large\r\n", b"DATA", "refused"),
    ],
)  # fmt: skip
def test_however_it_ends_the_letter_says_what_is_known(
    outbox: Outbox, last: bytes | None, at: bytes, state: str
) -> None:
    outbox.put_route("backup", plain(Drops(last, at).port))
    letter = try_once(outbox, queue(outbox, draft(), "", "backup"))
    assert letter.state == state, letter.said


def test_what_may_have_been_sent_waits_for_a_persons_word_and_keeps_its_name(
    outbox: Outbox, tmp_path: Path
) -> None:
    outbox.put_route("backup", plain(Drops(None).port))
    letter = try_once(outbox, queue(outbox, draft(), "", "backup"))
    takes = Drops(b"250 taken\r\n")
    outbox.put_route("backup", plain(takes.port))
    reconcile(tmp_path, outbox, lambda line: None)
    assert outbox.letter(letter.id).state == "unknown"
    assert takes.got == b""
    assert try_once(outbox, letter, again=True).state == "sent"
    assert f"Message-ID: <{letter.message_id}>".encode() in takes.got


DIES = """
import os, signal, sys
from pathlib import Path
from lightship.edges.mailboxes.sending.outbox import Outbox
from lightship.run.mail import sending

folder, when, step = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
outbox = Outbox(folder)
die = lambda: os.kill(os.getpid(), signal.SIGKILL)
taken = [0]
real = outbox.step
def stepped(*a):
    taken[0] += 1
    if (when, taken[0]) == ("before", step): die()
    real(*a)
    if (when, taken[0]) == ("after", step): die()
outbox.step = stepped
sending.try_once(outbox, outbox.letters()[0])
die()
"""


@pytest.mark.parametrize(
    ("when", "step", "state", "accepted"),
    [
        ("before", 1, "queued", 0), ("after", 1, "queued", 0), ("before", 2, "queued", 0),
        ("after", 2, "unknown", 0), ("before", 3, "unknown", 1), ("after", 3, "sent", 1),
    ],
)  # fmt: skip
def test_kill_9_at_each_step_loses_nothing_and_sends_nothing_twice(
    tmp_path: Path, when: str, step: int, state: str, accepted: int
) -> None:
    server = Drops(b"250 taken\r\n")
    outbox = Outbox(tmp_path)
    outbox.put_route("backup", plain(server.port))
    queue(outbox, draft(), "", "backup")
    outbox.close()
    command = [sys.executable, "-c", DIES, str(tmp_path), when, str(step)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    outbox = Outbox(tmp_path)
    (letter,) = outbox.letters()
    assert (letter.state, server.accepted) == (state, accepted)
    reconcile(tmp_path, outbox, lambda line: None)
    assert outbox.letter(letter.id).state == ("sent" if state == "queued" else state)
    assert server.accepted == (1 if state == "queued" else accepted)
    outbox.close()


def test_two_processes_do_not_send_from_one_outbox(outbox: Outbox, tmp_path: Path) -> None:
    with pytest.raises(StoreRefused, match="another `lightship mail send`"):
        Outbox(tmp_path)


def test_nobody_there_is_no_answer(tmp_path: Path) -> None:
    ended = deliver(plain(free_port()), "", BACKUP, (ANN,), b"x", lambda: None)
    assert isinstance(ended, Delivered)
    assert ended.state == "queued"


FULL = """
import resource, sys
from pathlib import Path
from lightship.edges.account_folder.folder import AccountFolder
from lightship.edges.mailboxes.sending.outbox import Outbox
from lightship.endure.sending.letter import Attached, Draft
from lightship.run.mail.sending import queue
from lightship.vocabulary.errors import StoreRefused

folder = Path(sys.argv[1])
outbox, big = Outbox(folder), folder / "big"
big.write_bytes(b"x" * 400_000)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
draft = Draft("me@x.example", ("a@x.example",), "s", "b", files=(Attached("x", b"y" * 300_000),))
for act in (lambda: queue(outbox, draft, "", "b"), lambda: AccountFolder(folder / "held").add(big, "bill", "", 1)):
    try:
        act()
    except StoreRefused as refused:
        print(refused)
print(len(outbox.letters()), len(AccountFolder(folder / "held").listing().items))
"""


def test_where_the_disk_takes_no_more_nothing_is_said_to_be_kept(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)], check=True, capture_output=True, text=True
    )
    first, second, counts = done.stdout.splitlines()
    assert "nothing was sent by this step" in first
    assert "nothing that was held is changed" in second
    assert counts == "0 0"


def test_a_full_disk_before_the_last_line_sends_nothing(outbox: Outbox) -> None:
    server = Drops(b"250 taken\r\n")

    def full() -> None:
        raise StoreRefused("outbox.db: disk full")

    with pytest.raises(StoreRefused):
        deliver(plain(server.port), "", BACKUP, (ANN,), b"x", full)
    assert server.got in (b"", b"x\r\n")
    assert server.accepted == 0
