"""What is undecided is measured out of turn and judged within the minute: real probes, real store."""

import asyncio
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lightship.vocabulary.decisions import Key, Probe
from lightship.vocabulary.events import TickJudged
from tests.support.watching import Watch


@pytest.fixture
def address() -> Iterator[str]:
    """Something that accepts."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(16)
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def watch(address: str, tmp_path: Path) -> Iterator[Watch]:
    made = Watch(tmp_path, [address])
    yield made
    made.die()


def ask(watch: Watch, *asked: Probe) -> None:
    async def once() -> None:
        with ThreadPoolExecutor(1, "hub") as thread:
            watch.live.look(thread)
            watch.live.looking.ask(asked)
            await watch.live.looking.ended()

    asyncio.run(once())


def early(watch: Watch) -> list[TickJudged]:
    return [
        each.event for each in watch.store.events() if isinstance(each.event, TickJudged) and each.event.early
    ]


def test_a_question_is_measured_and_judged_early_and_the_whole_minute_counts_it_again(
    watch: Watch, address: str
) -> None:
    duty = watch.live.duties[0]
    ask(watch, Probe(Key("1.1"), "undecided", duty.vantage, address, 0))
    (judged,) = early(watch)
    assert (judged.tick, judged.probes.attempts, judged.probes.failures) == (watch.tick, (1,), (0,))
    assert [each.outcome for each in watch.heard.seen] == ["up"]
    assert judged.reports.rows == ()
    watch.judge()
    whole = [each.event for each in watch.store.events() if isinstance(each.event, TickJudged)][-1]
    assert not whole.early
    assert whole.probes.attempts == (1,)
    assert watch.statuses == []


def test_a_question_to_another_vantage_is_not_ours_to_answer(watch: Watch, address: str) -> None:
    ask(watch, Probe(Key("1.1"), "undecided", "elsewhere", address, 0))
    assert early(watch) == []
    assert watch.heard.seen == []
