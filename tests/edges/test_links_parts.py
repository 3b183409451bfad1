"""What leaves and what arrives on a line: packets, files, counters, the history."""

import sqlite3
from pathlib import Path

import dns.message
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.edges.links import echo, history, names
from lightship.edges.links.counters import carried
from lightship.edges.links.history import Drill, History, Minute, Proof, Switched
from lightship.edges.links.resolver_file import ResolverFile, nameservers
from lightship.vocabulary.errors import BadInput, StoreRefused


@given(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF), st.booleans())
def test_a_reply_to_a_request_is_known_by_its_numbers(number: int, sequence: int, v6: bool) -> None:
    asked = echo.request(number, sequence, v6)
    answer = bytes([echo.REPLY_V6 if v6 else echo.REPLY]) + asked[1:]
    assert echo.reply(answer, number, v6, ip_header=False) == sequence
    assert echo.reply(b"\x45" + bytes(19) + answer, number, v6, ip_header=True) == sequence
    assert echo.reply(answer, number ^ 1, v6, ip_header=False) is None
    assert echo.reply(asked, number, v6, ip_header=False) is None


@given(st.binary(max_size=64), st.booleans(), st.booleans())
def test_rubbish_is_no_reply(packet: bytes, v6: bool, ip_header: bool) -> None:
    found = echo.reply(packet, 1, v6, ip_header)
    assert found is None or 0 <= found <= 0xFFFF


def test_the_checksum_of_a_request_is_right() -> None:
    asked = echo.request(0xFFFF, 0xFFFF, v6=False)
    total = sum(int.from_bytes(asked[n : n + 2]) for n in range(0, 8, 2))
    total = (total & 0xFFFF) + (total >> 16)
    assert (total & 0xFFFF) + (total >> 16) == 0xFFFF


def answer(rcode: int = 0, number: int = 7) -> bytes:
    asked = dns.message.from_wire(names.query(number, "example.com"))
    made = dns.message.make_response(asked)
    made.set_rcode(dns.rcode.Rcode(rcode))
    return made.to_wire()


@pytest.mark.parametrize(("rcode", "resolved"), [(0, True), (3, True), (2, False), (5, False)])
def test_no_such_name_is_an_answer_and_a_refusal_is_none(rcode: int, resolved: bool) -> None:
    assert names.answered(answer(rcode), 7) is resolved


def test_an_answer_to_another_question_is_none() -> None:
    assert names.answered(answer(), 8) is None
    assert names.answered(names.query(7, "example.com"), 7) is None
    assert names.answered(b"\0\1", 7) is None


def test_the_address_of_a_name_is_read() -> None:
    asked = dns.message.from_wire(names.query(7, "example.com"))
    made = dns.message.make_response(asked)
    made.answer.append(dns.rrset.from_text("example.com.", 60, "IN", "A", "192.0.2.7"))
    assert names.address(made.to_wire(), 7) == "192.0.2.7"
    assert names.address(answer(), 7) is None


@given(st.binary(max_size=80))
def test_a_malformed_answer_has_no_address(tail: bytes) -> None:
    head = names.HEADER.pack(7, names.RESPONSE, 1, 1, 0, 0)
    found = names.address(head + tail, 7)
    assert found is None or found.count(".") == 3


def test_a_resolver_is_put_first_and_the_file_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "resolv.conf"
    file.write_text("search example.org\nnameserver 192.0.2.1\nnameserver 192.0.2.2\noptions edns0\n")
    file.chmod(0o640)
    held = ResolverFile(file, tmp_path / "kept")
    held.check()
    held.use("192.0.2.2")
    assert nameservers(file) == ["192.0.2.2", "192.0.2.1"]
    assert "options edns0" in file.read_text()
    held.use("192.0.2.9")
    assert nameservers(file) == ["192.0.2.9", "192.0.2.1", "192.0.2.2"]
    assert held.restore()
    assert not held.restore()
    assert file.read_text().startswith("search example.org\nnameserver 192.0.2.1\n")
    assert file.stat().st_mode & 0o777 == 0o640
    assert sorted(each.name for each in tmp_path.iterdir()) == ["resolv.conf"]


def test_a_resolver_file_that_another_program_writes_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "stub").touch()
    (tmp_path / "resolv.conf").symlink_to(tmp_path / "stub")
    with pytest.raises(BadInput, match="--resolver-command"):
        ResolverFile(tmp_path / "resolv.conf", tmp_path / "kept").check()


def test_resolvers_on_this_machine_are_not_asked_over_a_line(tmp_path: Path) -> None:
    file = tmp_path / "resolv.conf"
    file.write_bytes(
        b"nameserver 127.0.0.53\nnameserver fe80::1%eth0\nnameserver\n\xff\xfe\nnameserver ::1\n"
    )
    assert nameservers(file) == ["fe80::1"]
    assert nameservers(tmp_path / "missing") == []


def test_a_device_that_is_not_there_has_carried_nothing_that_is_known(tmp_path: Path) -> None:
    assert carried("no-such-device") is None
    folder = tmp_path / "eth0" / "statistics"
    folder.mkdir(parents=True)
    (folder / "rx_bytes").write_text("100\n")
    (folder / "tx_bytes").write_text("23\n")
    assert carried("eth0", tmp_path) == 123


def test_the_history_gives_back_what_was_kept(tmp_path: Path) -> None:
    kept = History(tmp_path / "new")
    kept.proven([Proof("eth0", False, 1000, 0.012), Proof("wwan0", True, 2000, None)])
    kept.proven([Proof("eth0", False, 3000, 0.013)])
    kept.switched(Switched(5, "eth0", "wwan0", "dead", 0.7, True))
    kept.drilled(Drill(6, "eth0", None, None, 500, 500))
    kept.minutes([Minute(10, "eth0", "192.0.2.1", 299, 1, 3.0, 0.1)])
    kept.use("wwan0", "2026-03", 123, 456)
    assert kept.used("wwan0", "2026-03") == (123, 456)
    assert kept.used("wwan0", "2026-04") == (0, None)
    kept.close()
    folder = tmp_path / "new"
    assert history.last_proofs(folder) == [
        Proof("eth0", False, 3000, 0.013),
        Proof("wwan0", True, 2000, None),
    ]
    assert history.switches(folder) == [Switched(5, "eth0", "wwan0", "dead", 0.7, True)]
    assert history.drills(folder) == [Drill(6, "eth0", None, None, 500, 500)]
    assert history.measured(folder) == [Minute(10, "eth0", "192.0.2.1", 299, 1, 3.0, 0.1)]
    assert history.measured(folder, since=11) == []


def test_old_minutes_are_forgotten(tmp_path: Path) -> None:
    kept = History(tmp_path)
    kept.minutes([Minute(10, "eth0", "192.0.2.1", 299, 1, 3.0, 0.1)])
    kept.forget_old()
    kept.close()
    assert history.measured(tmp_path) == []


def test_where_nothing_was_watched_nothing_is_known(tmp_path: Path) -> None:
    assert history.last_proofs(tmp_path) == []


def test_a_file_that_is_no_history_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / history.NAME).write_text("this is a letter, and a long one, so that it is no database\n" * 20)
    before = (tmp_path / history.NAME).read_bytes()
    with pytest.raises(StoreRefused, match=r"wan\.db"):
        History(tmp_path)
    with pytest.raises(StoreRefused, match=r"wan\.db"):
        history.last_proofs(tmp_path)
    assert (tmp_path / history.NAME).read_bytes() == before


def test_a_history_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    file = sqlite3.connect(tmp_path / history.NAME)
    file.execute("PRAGMA user_version=99")
    file.close()
    with pytest.raises(StoreRefused, match="newer version"):
        History(tmp_path)
