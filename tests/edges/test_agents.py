"""Agents and their hub, part by part: what is let in, what is kept, what is refused, and what a full disk costs."""

import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from lightship.edges.agents.hub.book import Book
from lightship.edges.agents.hub.desk import Quotas, Twins
from lightship.edges.agents.hub.registry import Registry
from lightship.edges.agents.hub.tables import beside
from lightship.edges.agents.own.allowed import Allowed
from lightship.edges.agents.own.clocks import Clocks, HubTime
from lightship.edges.agents.own.folder import Folder, HubPlace, Identity, OwnFile
from lightship.edges.agents.own.hub_line import HubAway, HubLine, HubRefuses
from lightship.edges.agents.own.spool import Spool
from lightship.edges.agents.own.spool_file import peek
from lightship.edges.agents.signing import HubKey, OrdersRefused, opened
from lightship.edges.agents.wire import Batch, Line, News, Order, Orders, Signed
from lightship.run.agents.duties import work
from lightship.run.agents.orders import orders_of
from lightship.run.benches.agents.bars import bars
from lightship.run.benches.agents.world import World, world
from lightship.run.configuration import Configuration
from lightship.run.planning import plan
from lightship.vocabulary.errors import BadInput, StoreRefused
from lightship.vocabulary.signals import Observation, Outcome
from lightship.vocabulary.time import DAY, Instant

NOW = Instant(1_900_000_000_000)


class Clock:
    """The hub's, moved on by the test."""

    at = NOW

    def __call__(self) -> Instant:
        return self.at


class Times(Clocks):
    """An agent's clocks, moved on by the test: `wall` may jump, `ticks` may not."""

    def __init__(self) -> None:
        self.boot, self._wall, self._ticks = "boot 1", 5_000, 100

    def wall(self) -> int:
        return self._wall

    def ticks(self) -> int:
        return self._ticks

    def pass_by(self, milliseconds: int, jump: int = 0) -> None:
        self._wall += milliseconds + jump
        self._ticks += milliseconds


def seen(outcome: Outcome = "up", target: str = "tcp://192.0.2.1:1") -> Observation:
    return Observation(
        NOW, "me", target, 0, outcome, "connect", "timeout" if outcome == "down" else None, 0.1
    )


# --- who is let in ----------------------------------------------------------------------------------------------------


@pytest.fixture
def key(tmp_path: Path) -> HubKey:
    return HubKey(tmp_path / "hub.key")


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    Clock.at = NOW
    made = Registry(beside(tmp_path / "hub.db"), Clock())
    yield made
    made.close()


def test_an_invitation_is_good_once(registry: Registry, key: HubKey) -> None:
    invitation = registry.invite("a_b", "mobile", "Leeds", key.public)
    assert registry.enrolled() == ()
    assert registry.let_in(invitation[:-33] + "0" + invitation[-32:], "1") is None
    assert registry.let_in(invitation, "1") == "a_b"
    assert registry.let_in(invitation, "1") is None
    (agent,) = registry.enrolled()
    assert (agent.network, agent.region, agent.version) == ("mobile", "Leeds", "1")


def test_an_invitation_ends_after_a_day_and_with_the_agent(registry: Registry, key: HubKey) -> None:
    late, gone = (registry.invite(name, "n", "", key.public) for name in ("late", "gone"))
    registry.remove("gone")
    assert registry.let_in(gone, "1") is None
    Clock.at = Instant(NOW + DAY)
    assert registry.let_in(late, "1") is None
    assert [each.name for each in registry.all()] == ["late"]


@pytest.mark.parametrize(
    "rubbish", ["", "lsi", "lsi_", "lsi_x_y_z", "lsi_nobody__", "\x00", "lsi_a_" + "0" * 500]
)
def test_rubbish_lets_nobody_in(registry: Registry, key: HubKey, rubbish: str) -> None:
    registry.invite("a", "n", "", key.public)
    assert registry.let_in(rubbish, "1") is None


# --- orders -----------------------------------------------------------------------------------------------------------


def test_only_the_hubs_own_latest_orders_for_this_agent_are_taken(key: HubKey, tmp_path: Path) -> None:
    signed = key.sign(Orders("me", 7))
    assert opened(signed, key.public, "me", 7).serial == 7
    other = HubKey(tmp_path / "other.key")
    for forged, why in (
        (Signed(signed.body.replace(b"7", b"8"), signed.signature), "not signed"),
        (other.sign(Orders("me", 9)), "not signed"), (Signed(signed.body, b""), "not signed"),
        (key.sign(Orders("you", 9)), "meant for"), (key.sign(Orders("me", 6)), "older"),
    ):  # fmt: skip
        with pytest.raises(OrdersRefused, match=why):
            opened(forged, key.public, "me", 7)
    assert (tmp_path / "hub.key").stat().st_mode & 0o077 == 0


def test_orders_that_were_altered_on_disk_are_not_followed(key: HubKey, tmp_path: Path) -> None:
    folder, me = Folder(tmp_path / "agent"), Identity("me", "token", key.public)
    folder.make()
    folder.keep_orders(key.sign(Orders("me", 7)))
    assert folder.orders(me).serial == 7
    path = tmp_path / "agent" / "orders.json"
    signed = msgspec.json.decode(path.read_bytes(), type=Signed)
    path.write_bytes(msgspec.json.encode(Signed(signed.body.replace(b"7", b"8"), signed.signature)))
    with pytest.raises(BadInput, match="not signed"):
        folder.orders(me)


def test_secrets_and_programs_are_used_only_if_the_own_file_names_them(tmp_path: Path) -> None:
    (tmp_path / "word").write_text("open sesame\n")
    imap, disk = "imaps://me@mail.example.org", "exec://disk"
    orders = Orders("me", 1, "hub@example.org", (
        Order({"url": imap, "every": 30.0}, needs_secret=True), Order({"url": disk, "command": ["rm", "-rf", "/"]}),
        Order({"url": "https://example.org/", "secret": f"file:{tmp_path / 'word'}"}), Order({"url": "gopher://x"}),
    ))  # fmt: skip
    done = work(orders, OwnFile(), tmp_path)
    assert [each.check.address for each in done.duties] == ["https://example.org/"]
    assert [each.address for each in done.refused] == [imap, disk, "gopher://x"]
    assert not done.duties[0].check.secret
    own = OwnFile(
        contact="me@example.org", secrets={imap: f"file:{tmp_path / 'word'}"}, programs={disk: ["/bin/true"]}
    )
    first, second, third = work(orders, own, tmp_path).duties
    assert (first.check.secret.value, second.check.command) == ("open sesame", ("/bin/true",))
    assert (third.check.contact, third.vantage) == ("me@example.org", "me")


def test_several_secrets_have_names_in_the_own_file(tmp_path: Path) -> None:
    (tmp_path / "word").write_text("open sesame\n")
    (tmp_path / "shared").write_text("known to both\n")
    radius = "radius://me@radius.example.org"
    orders = Orders("me", 1, "", (Order({"url": radius}, needs_secret=True),))
    named = {"secret": f"file:{tmp_path / 'word'}", "shared": f"file:{tmp_path / 'shared'}"}
    (duty,) = work(orders, OwnFile(secrets={radius: named}), tmp_path).duties
    assert duty.check.secret.value == "open sesame"
    assert duty.check.secrets["shared"].value == "known to both"


def test_signs_of_life_are_waited_for_by_the_hub_alone(tmp_path: Path) -> None:
    file = Configuration(["heartbeat://backup?within=1h", "https://example.org"], controls=[], api=None)
    assert [each.entry["url"] for each in orders_of(plan(file, tmp_path), "me")] == ["https://example.org"]
    done = work(Orders("me", 1, "", (Order({"url": "heartbeat://backup?within=1h"}),)), OwnFile(), tmp_path)
    assert "come to the hub" in done.refused[0].why


async def refused(own: list[str], host: str) -> bool:
    return bool(await Allowed(own).refusal(host, 80))


@pytest.mark.parametrize(
    ("own", "host", "may"),
    [
        ([], "192.0.2.1", False), ([], "1.1.1.1", True), ([], "10.1.2.3", False), ([], "127.0.0.1", False),
        ([], "localhost", False), ([], "169.254.169.254", False), ([], "::ffff:10.1.2.3", False),
        ([], "224.0.0.1", False),
        (["10.0.0.0/8"], "10.1.2.3", True), (["10.0.0.0/8"], "192.168.1.1", False), (["::1"], "::1", True),
        ([], "no-such-name.invalid", True),
    ],
)  # fmt: skip
def test_an_agent_probes_what_is_public_or_its_owners(own: list[str], host: str, may: bool) -> None:
    import asyncio

    assert asyncio.run(refused(own, host)) is not may


def test_the_hub_is_reached_protected_or_not_at_all() -> None:
    for url in (
        "http://hub.example.org",
        "ftp://hub.example.org",
        "https://u:p@hub.example.org",
        "hub.example.org",
    ):
        with pytest.raises(BadInput):
            HubLine([HubPlace(url)])


def test_an_identity_that_is_used_twice_is_noticed_and_a_restart_is_not() -> None:
    twins = Twins()
    told = [twins.heard("a", run, Instant(NOW + n * 10_000)) for n, run in enumerate("112221313")]
    assert told == [False, False, False, False, False, True, False, True, True]
    assert not twins.heard("b", "1", NOW)
    assert not Twins().heard("a", "1", NOW)


def test_one_agent_cannot_fill_the_hubs_disk() -> None:
    assert Quotas(Clock()).allow("a", 3 * 3600 * 100), "an hour at a hundred a second, sent three times"
    Clock.at = NOW
    quotas = Quotas(Clock(), burst=1000, a_second=10)
    assert quotas.allow("a", 1000)
    assert not quotas.allow("a", 1)
    assert quotas.allow("b", 500)
    Clock.at = Instant(NOW + 60_000)
    assert quotas.allow("a", 600)
    assert not quotas.allow("a", 1)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "results", {"epoch": "e", "lines": [[n, 1, "x", 0, "up"] for n in range(501)]}, 413),
        ("POST", "results", {"epoch": ""}, 422), ("POST", "results", {"epoch": "e" * 65}, 422),
        ("POST", "results", {"epoch": "e", "lines": [[1, 1, "x", 5, "up"]]}, 422),
        ("POST", "results", {"epoch": "e", "lines": [[1, 1, "x", 0, "sideways"]]}, 422), ("POST", "results", [], 422),
        ("GET", "orders?serial=x", None, 400), ("GET", "orders?serial=-1", None, 400),
        ("GET", "orders?serial=nan", None, 400), ("POST", "enrol", {"invitation": "lsi_a_b_c"}, 403),
    ],
)  # fmt: skip
def test_what_an_agent_may_not_say_is_refused(
    hub: World, method: str, path: str, body: object, status: int
) -> None:
    hub_line = HubLine([HubPlace(hub.address)], hub.token)
    with pytest.raises(HubRefuses, match=str(status)):
        hub_line.ask(method, f"/api/v1/agents/{path}", body)
    hub_line.close()


def test_a_question_is_answered_as_soon_as_there_is_news(hub: World) -> None:
    hub_line, began = HubLine([HubPlace(hub.address)], hub.token), time.monotonic()
    later = threading.Timer(0.3, lambda: hub.desk.ask("agent", [("https://x/", 0)]))
    later.start()
    news = msgspec.json.decode(hub_line.ask("GET", "/api/v1/agents/orders?wait=10").body, type=News)
    assert news.asked == (("https://x/", 0),)
    assert 0.2 < time.monotonic() - began < 5
    assert hub.desk.questions("agent") == ()
    hub_line.close()


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("world")) as made:
        yield made


# --- the hub's book ---------------------------------------------------------------------------------------------------


def line(seq: int, at: int = NOW, outcome: Outcome = "up", detail: str = "") -> Line:
    return Line(seq, Instant(at), "tcp://192.0.2.1:1", 0, outcome, detail=detail, seconds=0.1)


@pytest.fixture
def book(registry: Registry, tmp_path: Path) -> Iterator[Book]:
    made = Book(beside(tmp_path / "hub.db"))
    yield made
    made.close()


def test_a_result_counts_once_however_often_it_comes(book: Book) -> None:
    batch = Batch("e1", (line(1), line(2)), lowest=1)
    assert [len(each) for each in book.take([("a", batch), ("b", batch), ("a", batch)], NOW)] == [2, 2, 0]
    assert len(book.take([("a", Batch("e2", (line(1),), lowest=1))], NOW)[0]) == 1
    assert book.count("a") == (3, 3)


def test_what_went_by_age_is_known_all_the_same(book: Book) -> None:
    book.take([("a", Batch("e1", (line(1), line(2)), lowest=1))], NOW)
    later = Instant(NOW + 8 * DAY)
    book.take([("a", Batch("e1", (line(3, later),), lowest=3))], later)
    book.take([("a", Batch("e1", (), lowest=4))], Instant(later + 2 * 3_600_000))
    assert book.count("a") == (1, 1)
    assert book.take([("a", Batch("e1", (line(1), line(2), line(3, later))))], later) == [[]]


def test_what_claims_to_come_from_the_future_or_is_no_number_is_no_evidence(book: Book) -> None:
    odd = (line(1, NOW + DAY, "down"), msgspec.structs.replace(line(2, NOW, "down"), seconds=float("nan")))
    found = book.take([("a", Batch("e", (*odd, line(3, NOW, "down", "x\x1b[2J\n" * 99))))], NOW)[0]
    assert [each.outcome for each in found] == ["suspect", "suspect", "down"]
    assert found[0].at == NOW
    assert found[2].detail.isprintable()
    assert {each.vantage for each in found} == {"a"}


def test_while_somebody_else_writes_nothing_is_taken_and_nothing_lost(
    registry: Registry, tmp_path: Path
) -> None:
    book, other = Book(beside(tmp_path / "hub.db"), 50), sqlite3.connect(beside(tmp_path / "hub.db"))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreRefused, match="locked"):
        book.take([("a", Batch("e", (line(1),)))], NOW)
    other.rollback()
    assert len(book.take([("a", Batch("e", (line(1),)))], NOW)[0]) == 1
    other.close()
    book.close()


def test_a_minute_cut_off_and_sent_three_times_is_whole_and_single(tmp_path: Path) -> None:
    found = dict(bars(20, tmp_path))
    assert {name: each.verdict for name, each in found.items()} == {"lost": "holds", "doubled": "holds"}
    assert found["lost"].beside["results"] == found["lost"].beside["kept after the first time"] == 2000.0


def test_where_the_first_address_does_not_answer_the_second_does(tmp_path: Path) -> None:
    with world(tmp_path) as there:
        dead = HubPlace("https://127.0.0.1:1")
        hub_line = HubLine([dead, HubPlace(there.address)], there.token)
        assert hub_line.ask("GET", "/api/v1/whoami").hub == there.address
        over = HubLine([HubPlace(there.address, device="lo")], there.token)
        assert over.ask("GET", "/api/v1/whoami").hub == there.address
        over.close()
        with pytest.raises(HubAway, match="No such device"):
            HubLine([HubPlace(there.address, device="none0")]).ask("GET", "/api/v1/whoami")
        with pytest.raises(HubRefuses, match="404"):
            hub_line.ask("GET", "/api/v1/nothing")
        with pytest.raises(HubAway, match=r"refused.*refused"):
            HubLine([dead, dead]).ask("GET", "/api/v1/whoami")
        hub_line.close()


# --- the agent's spool ------------------------------------------------------------------------------------------------


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
def spool(tmp_path: Path, times: Times) -> Iterator[Spool]:
    made = Spool(tmp_path / "spool.db", times)
    yield made
    made.close()


def test_changes_are_sent_first_then_the_newest(spool: Spool, times: Times) -> None:
    for outcome in ("up", "up", "down", "down", "up", "up"):
        times.pass_by(1000)
        spool.add(seen(outcome), 0)
    spool.flush()
    first = spool.parcel(10, 0)
    assert first is not None
    assert ([each.seq for each in first.lines], first.lowest) == ([1, 3, 5], 1)
    spool.sent(first)
    second = spool.parcel(2, 0)
    assert second is not None
    assert [each.seq for each in second.lines] == [6, 4]
    spool.sent(second)
    assert (spool.waiting(), spool.lowest(spool.epoch)) == (1, 2)


def test_a_clock_that_jumps_moves_no_result(spool: Spool, times: Times) -> None:
    hub = HubTime()
    hub.heard(times.ticks() - 20, times.ticks(), NOW)
    spool.add(seen(), hub.add)
    times.pass_by(10_000, jump=-3_600_000)
    spool.add(seen(), hub.add)
    times.pass_by(5_000, jump=90 * DAY)
    spool.flush()
    hub.heard(times.ticks() - 20, times.ticks(), Instant(NOW + 15_000))
    parcel = spool.parcel(10, hub.add)
    assert parcel is not None
    both = {each.seq: each.at for each in parcel.lines}
    spool.sent(parcel)
    rest = spool.parcel(10, hub.add)
    both |= {each.seq: each.at for each in rest.lines} if rest else {}
    assert both[1] == pytest.approx(NOW + 10, abs=20)
    assert both[2] == pytest.approx(NOW + 10_010, abs=20)


def test_after_a_reboot_the_wall_clock_counts_by_the_offset_it_had(tmp_path: Path, times: Times) -> None:
    before = Spool(tmp_path / "s.db", times)
    before.add(seen(), NOW - times.ticks())
    before.close()
    times.boot, times._ticks = "boot 2", 3
    after = Spool(tmp_path / "s.db", times)
    parcel = after.parcel(10, 12345)
    assert parcel is not None
    assert (parcel.lines[0].at, parcel.epoch) == (NOW, before.epoch)
    assert after.epoch != before.epoch
    after.close()


def test_a_hub_whose_clock_was_set_is_followed_at_once() -> None:
    hub = HubTime()
    for number in range(8):
        hub.heard(number * 100, number * 100 + 4, Instant(NOW + number * 100 + 2))
    assert hub.add == NOW
    hub.heard(1000, 1080, Instant(NOW + 3_600_000 + 1040))
    assert hub.add == NOW + 3_600_000


def test_a_full_spool_lets_go_of_old_unchanged_results_and_keeps_every_change(
    tmp_path: Path, times: Times
) -> None:
    spool = Spool(tmp_path / "s.db", times, most=400_000)
    changes = 0
    for number in range(12_000):
        spool.add(seen("down" if number // 500 % 2 else "up"), 0)
        changes += number % 500 == 0
        if number % 100 == 99:
            spool.flush()
    assert spool.dropped > 0
    assert spool.waiting() + spool.dropped == 12_000
    first = spool.parcel(1000, 0)
    assert first is not None
    assert sum(each.changed for each in first.lines) == changes == 24
    assert peek(tmp_path / "s.db") == (spool.waiting(), spool.dropped)
    spool.close()


def test_a_damaged_spool_is_put_aside_and_said(tmp_path: Path, times: Times) -> None:
    (tmp_path / "s.db").write_bytes(b"rubbish" * 1000)
    spool = Spool(tmp_path / "s.db", times)
    assert "damaged" in spool.trouble
    assert len(list(tmp_path.glob("s.db.damaged-*"))) == 1
    spool.add(seen(), None)
    spool.flush()
    assert spool.waiting() == 1
    spool.close()


FULL = """
    import sys
    from pathlib import Path
    from lightship.edges.agents.own.clocks import Clocks
    from lightship.edges.agents.own.spool import Spool
    from lightship.vocabulary.signals import Observation
    from lightship.vocabulary.time import Instant

    folder = Path(sys.argv[1])
    spool = Spool(folder / "spool.db", Clocks())
    changes, troubles = 0, set()
    for number in range(30_000):
        down = number // 1000 % 2 == 1
        detail = "x" * 100
        outcome = "down" if down else "up"
        changes += spool.add(Observation(Instant(0), "me", "tcp://x:1", 0, outcome, detail=detail), None)
        if number % 200 == 199:
            spool.flush()
            troubles.add(spool.trouble[:30])
    parcel = spool.parcel(10_000, None)
    print(changes, sum(line.changed for line in parcel.lines), spool.waiting() + spool.dropped, spool.dropped > 0)
    print(sorted(troubles))
    spool.close()
"""


@pytest.mark.needs("namespaces")
def test_a_full_disk_costs_old_unchanged_results_and_no_change(tmp_path: Path) -> None:
    program = tmp_path / "full.py"
    program.write_text(textwrap.dedent(FULL))
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = f"mount -t tmpfs -o size=3m none {disk} && exec {sys.executable} {program} {disk}"
    done = subprocess.run(["unshare", "-m", "sh", "-c", mounted], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said, troubles = done.stdout.splitlines()
    assert said == "30 30 30000 True"
    assert "the disk takes no more results" in troubles
