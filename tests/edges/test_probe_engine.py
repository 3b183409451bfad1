"""The engines of the prober: a wheel that does not drift, batches, gateways, and a reload that keeps phases."""

import asyncio
import resource
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
import uvloop
from hypothesis import given
from hypothesis import strategies as st

from lightship.edges.probes.address import check, probe_for
from lightship.edges.probes.gateway import default_gateways, is_local
from lightship.edges.probes.probe import Result
from lightship.edges.probes.prober import ON_ONE_HOST, OUT_OF_TURN, Duty, Prober, names
from lightship.edges.probes.selfwatch import FRESH, SILENT, SelfWatch
from lightship.edges.probes.stages import verified
from lightship.edges.probes.wheel import FIRST_LOOK, SLOT, STRAY, Wheel
from lightship.vocabulary.signals import Observation

BEGUN = 1_790_000_000.0


@pytest.fixture
def silent() -> Iterator[int]:
    """Accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:
        yield listener.getsockname()[1]


def firings(wheel: Wheel, until: float, look: float = SLOT) -> list[tuple[float, int]]:
    at, found = BEGUN, []
    while at < until:
        at += look
        found += [(at, number) for number in wheel.due(at)]
    return found


@given(st.floats(1.0, 60.0), st.text(min_size=1, max_size=20))
def test_a_check_is_due_once_an_interval_for_ever_and_never_drifts(every: float, name: str) -> None:
    wheel = Wheel([every], [name], BEGUN)
    at = [when for when, _ in firings(wheel, BEGUN + 20 * every, every / 50)]
    assert at[0] <= BEGUN + FIRST_LOOK + every / 50 + SLOT
    grid, _ = Wheel([every], [name], BEGUN).places()[name]
    for when in at[1:]:
        off = (when - grid + every / 2) % every - every / 2
        assert -(STRAY + 0.021) * every - 2 * SLOT <= off <= (STRAY + 0.021) * every + 2 * SLOT
    assert len(at) in (19, 20, 21, 22)


@given(st.floats(1.0, 60.0), st.floats(0.0, 1e6))
def test_the_same_name_has_the_same_phase_after_every_start(every: float, later: float) -> None:
    (one, _), (two, _) = (
        Wheel([every], ["home https://example.org"], BEGUN + n).places().popitem()[1] for n in (0.0, later)
    )
    assert abs((two - one + every / 2) % every - every / 2) < 1e-3


@given(st.floats(0.0, 100.0))
def test_a_new_wheel_goes_on_where_the_old_one_stood(turned: float) -> None:
    old = Wheel([3.0], ["a"], BEGUN)
    firings(old, BEGUN + turned)
    assert Wheel([5.0, 3.0], ["b", "a"], BEGUN + turned, old.places()).places()["a"] == old.places()["a"]


def test_what_nobody_looked_for_is_not_made_up_for() -> None:
    wheel = Wheel([1.0] * 100, [f"n{n}" for n in range(100)], BEGUN)
    assert Counter(n for n in wheel.due(BEGUN + 300)) == Counter(range(100))
    assert max(Counter(n for _, n in firings(wheel, BEGUN + 300)).values(), default=0) == 0


def test_a_thousand_checks_are_spread_over_their_interval() -> None:
    wheel = Wheel([10.0] * 1000, [f"https://host{n}.example/" for n in range(1000)], BEGUN)
    by_second = Counter(
        int(at - BEGUN) for at, _ in firings(wheel, BEGUN + 30) if BEGUN + 10 < at < BEGUN + 30
    )
    assert max(by_second.values()) < 2 * min(by_second.values())


def run(prober: Prober, seconds: float) -> None:
    async def main() -> None:
        task = asyncio.create_task(prober.run())
        await asyncio.sleep(seconds)
        task.cancel()

    uvloop.run(main())


@pytest.mark.needs("namespaces")
def test_echo_requests_to_many_hosts_go_out_in_batches_and_each_is_an_observation() -> None:
    duties = [Duty(check(f"icmp://127.0.1.{n}?count=2", timeout=2.0), "here", 1.0) for n in range(1, 101)]
    duties.append(
        Duty(check("icmp://localhost?count=1", timeout=2.0, family=4), "here", 1.0)
    )  # a name: looked up
    seen: list[Observation] = []
    run(Prober(duties, lambda _, observation, __: seen.append(observation)), 2.5)
    up = Counter(each.target for each in seen if each.outcome == "up")
    assert len(up) == 101
    assert all(each.seconds is not None and each.seconds < 1 for each in seen if each.outcome == "up")


def test_one_host_is_never_asked_more_than_so_often_at_once(silent: int) -> None:
    duties = [
        Duty(check(f"http://127.0.0.1:{silent}/{n}", timeout=3.0), "here", 1.0)
        for n in range(ON_ONE_HOST + 20)
    ]
    seen: list[Observation] = []
    run(Prober(duties, lambda _, observation, __: seen.append(observation)), 1.5)
    assert Counter(each.outcome for each in seen)["missed"] >= 20


def test_a_thousand_failures_at_once_are_not_all_asked_again_out_of_turn(silent: int) -> None:
    duty, seen = Duty(check(f"http://127.0.0.1:{silent}/", timeout=0.5), "here", 1.0), list[Observation]()
    prober = Prober([duty], lambda _, observation, __: seen.append(observation))

    async def main() -> None:
        await asyncio.gather(*(prober.measure(duty) for _ in range(1000)))

    uvloop.run(main())
    assert len(seen) == OUT_OF_TURN


def test_duties_change_while_it_runs_and_those_that_stay_keep_their_phase(silent: int) -> None:
    stays = Duty(check(f"tcp://127.0.0.1:{silent}"), "here", 1.0)
    goes, comes = (Duty(check(f"tcp://127.0.0.1:{silent}"), where, 1.0) for where in ("goes", "comes"))
    seen: list[tuple[float, str]] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        prober = Prober([stays, goes], lambda duty, _, __: seen.append((loop.time(), duty.vantage)))
        task = asyncio.create_task(prober.run())
        await asyncio.sleep(2.2)
        prober.replace([comes, stays])
        changed = loop.time()
        await asyncio.sleep(2.2)
        task.cancel()
        assert {who for at, who in seen if at > changed + 0.1} == {"here", "comes"}
        mine = [at for at, who in seen if who == "here"]
        assert all(0.8 < b - a < 1.3 for a, b in pairwise(mine[1:])), mine

    uvloop.run(main())


def test_names_of_duties_are_stable_and_unlike_each_other(silent: int) -> None:
    duty = Duty(check(f"tcp://127.0.0.1:{silent}"), "here", 1.0)
    assert len(set(names([duty, duty]))) == 2
    assert names([duty])[0] == names([duty, duty])[0]


ROUTE = (
    "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
    "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
    "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
)
ROUTE6 = f"{'0' * 32} 00 {'0' * 32} 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0\n"


def test_gateways_are_read_from_the_kernels_tables(tmp_path: Path) -> None:
    (tmp_path / "route").write_text(ROUTE)
    (tmp_path / "ipv6_route").write_text(ROUTE6)
    assert default_gateways(tmp_path) == [(socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "fe80::1%eth0")]
    assert default_gateways(tmp_path / "none") == []


def test_a_silent_gateway_casts_doubt_only_while_nothing_beyond_it_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watch, beyond = SelfWatch(), check("tcp://192.0.2.9:443")
    watch._silent = SILENT
    assert watch.doubts(beyond, 0.0, local=False) == "our own gateway does not answer"
    assert watch.doubts(beyond, 0.0, local=True) == ""
    watch.answered_from_beyond()
    assert watch.doubts(beyond, 0.0, local=False) == ""
    watch._beyond -= FRESH + 1
    assert watch.doubts(beyond, 0.0, local=False)


@pytest.mark.parametrize(
    ("host", "local"), [("localhost", True), ("127.0.0.9", True), ("[::1]", True), ("192.0.2.1", False)]
)
def test_what_is_on_this_machine(host: str, local: bool) -> None:
    assert is_local(check(f"http://{host}/")) is local


def test_the_trust_store_is_read_once_and_not_for_each_probe() -> None:
    assert verified() is verified()


def test_running_out_of_files_is_no_word_on_the_target(silent: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    made, probe, held = check(f"tcp://127.0.0.1:{silent}"), probe_for("tcp"), list[socket.socket]()

    async def main() -> Result:
        await probe.measure(made)  # what is opened once is open
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 256), hard))
        try:
            with suppress(OSError):
                while True:
                    held.append(socket.socket())
            return await probe.measure(made)
        finally:
            for each in held:
                each.close()
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    result = asyncio.run(main())
    assert (result.up, result.unknown, result.detail) == (False, True, "Too many open files")
