"""`lightship mail route`, `send` and `reply`, against real servers."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from lightship.edges.clock import now
from lightship.edges.mailboxes.copy.copy import Copy
from lightship.run.cli import run
from lightship.run.exit_codes import ExitCode
from lightship.run.mail.accounts import Account
from tests.edges.test_sending import ANN, BACKUP, REAL, SHOW
from tests.support.certificates import Authority
from tests.support.dovecot import Dovecot
from tests.support.mail_copies import name_of
from tests.support.mailbox import Kept, fill, logged_in, message
from tests.support.places import open_folder
from tests.support.postfix import Postfix

pytestmark = REAL

ASKED = message(1, subject="Line down")


class Home:
    """A kept mailbox, and a second way out that is set up."""

    def __init__(self, folder: Path, dovecot: Dovecot, postfix: Postfix, authority: Authority) -> None:
        self.dovecot = dovecot
        self.folder = str(folder)
        Kept(folder, dovecot.port, ANN).keep()
        with Copy(folder, now()) as copy:
            account = Account(Kept(folder, dovecot.port, ANN).server, SHOW)
            copy.account(ANN, msgspec.json.encode(account))
        way = ["--host", "localhost", "--port", str(postfix.submission_port), "--user", "backup"]
        assert self("route", "backup", *way, "--address", BACKUP, "--password-command", SHOW, "--ca",
                    str(authority.certificate)) == ExitCode.OK  # fmt: skip

    def __call__(self, *words: str) -> int:
        return run(["mail", *words, "--copy", self.folder])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    authority = Authority(tmp_path_factory.mktemp("ca"))
    with open_folder() as mail, open_folder() as queue, Dovecot(mail) as dovecot:
        fill(dovecot.mail(ANN), [ASKED])
        dovecot.own()
        certificate, key = authority.issue(queue, "localhost")
        with Postfix(queue, dovecot, certificate, key) as postfix:
            yield Home(tmp_path_factory.mktemp("copy"), dovecot, postfix, authority)


def test_an_answer_goes_out_and_is_filed_when_the_provider_is_back(
    home: Home, capfd: pytest.CaptureFixture[str]
) -> None:
    name = name_of(ASKED)
    assert home("reply", name, "--body", "Ours, too.", "--yes") == ExitCode.OK
    said = capfd.readouterr()
    assert "Letter 1: sent" in said.out
    assert f"Answers go to {ANN} (Reply-To)" in said.err
    assert home("send", "--outbox") == ExitCode.OK
    assert "not in Sent yet" in capfd.readouterr().out
    for _ in range(2):
        assert home("send", "--reconcile") == ExitCode.OK
        assert "filed in Sent" in capfd.readouterr().out
    oracle = logged_in(home.dovecot.port, ANN)
    assert oracle.select("Sent")[1] == [b"1"]
    header = str(oracle.fetch("1", "(BODY[HEADER])")[1])
    assert "Subject: Re: Line down" in header
    assert "In-Reply-To: <1@made-up.example>" in header
    oracle.logout()


def test_a_subject_is_one_line_wherever_it_is_shown(home: Home, capfd: pytest.CaptureFixture[str]) -> None:
    words = ("--to", "ann@made-up.example", "--subject", "Hello\n\x1b[2JBcc: x@y", "--body", "x", "--yes")
    assert home("send", *words) == ExitCode.OK
    capfd.readouterr()
    home("send", "--outbox")
    newest = capfd.readouterr().out.splitlines()[0]
    assert "Bcc: x@y" in newest
    assert "\x1b" not in newest


def test_each_way_is_listed_without_its_secret(home: Home, capfd: pytest.CaptureFixture[str]) -> None:
    assert home("route") == ExitCode.OK
    out = capfd.readouterr().out
    assert "backup@made-up.example by localhost" in out
    assert home("route", "--json") == ExitCode.OK


def test_mistakes_say_what_would_do(home: Home, capfd: pytest.CaptureFixture[str]) -> None:
    for words, said in (
        (("send", "--body", "x"), "no receiver"),
        (
            ("send", "--to", "ann@x.example", "--body", "x", "--via", "nowhere"),
            "no way out of the name 'nowhere'",
        ),
        (("send", "--to", "ann", "--body", "x", "--yes"), "an address such as"),
        (("send", "--again", "99"), "no letter 99"),
        (("reply", "0000000000", "--body", "x"), "no message of that name"),
        (("route", "x", "--host", "smtp.x.example"), "no --host or no --address"),
        (
            ("route", "x", "--host", "smtp.x.example", "--address", "a@x", "--security", "none"),
            "another machine",
        ),
    ):
        assert home(*words) == ExitCode.BAD_INPUT
        assert said in capfd.readouterr().err
