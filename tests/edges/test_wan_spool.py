"""Reports of switches while the hub is away: kept, sent in their order, and told twice under one id at most."""

import asyncio
import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from lightship.edges.links.reporting import deliver
from lightship.edges.links.spool import KEPT_DAYS, Spool
from lightship.run.benches.mail.server import free_port


class Hub(ThreadingHTTPServer):
    """Takes reports, once it is told to."""

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Answers)
        self.taken: list[tuple[str, bytes]] = []
        self.status = 204


class _Answers(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Hub)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.status == 204:
            self.server.taken.append((self.headers["Idempotency-Key"], body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def hub() -> Iterator[Hub]:
    with Hub(free_port()) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def address(server: Hub) -> str:
    return f"http://127.0.0.1:{server.server_port}/signals"


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - what is waited for happens on disk and in another thread
            await asyncio.sleep(0.01)


async def sending(spool: Spool) -> None:
    """Send, until nothing waits."""
    task = asyncio.create_task(spool.send())
    await until(lambda: not spool.waiting())
    task.cancel()


def test_reports_wait_on_disk_while_nobody_takes_them_and_go_in_their_order_after_a_restart(
    hub: Hub, tmp_path: Path
) -> None:
    notes: list[str] = []

    async def nobody_there() -> None:
        spool = Spool(tmp_path, f"http://127.0.0.1:{free_port()}/signals", notes.append)
        task = asyncio.create_task(spool.send())
        for number in range(3):
            await spool.put(f"id{number}", b'{"n":%d}' % number)
        await until(lambda: notes)
        task.cancel()

    asyncio.run(nobody_there())
    assert len(notes) == 1, "said once, not at each try"
    assert "was not taken" in notes[0]
    asyncio.run(sending(Spool(tmp_path, address(hub), notes.append)))
    assert hub.taken == [("id0", b'{"n":0}'), ("id1", b'{"n":1}'), ("id2", b'{"n":2}')]


def test_a_hub_that_refuses_is_tried_again_as_soon_as_there_is_news(hub: Hub, tmp_path: Path) -> None:
    notes: list[str] = []
    hub.status = 503

    async def refused_first() -> None:
        spool = Spool(tmp_path, address(hub), notes.append)
        task = asyncio.create_task(spool.send())
        await spool.put("first", b"{}")
        await until(lambda: notes)
        hub.status = 204
        await spool.put("second", b"{}")
        await until(lambda: not spool.waiting())
        task.cancel()

    asyncio.run(asyncio.wait_for(refused_first(), 10))
    assert [id for id, _ in hub.taken] == ["first", "second"]
    assert "503" in notes[0] or "Service Unavailable" in notes[0]


def test_a_report_stands_in_a_file_once_however_often_it_is_delivered(tmp_path: Path) -> None:
    file = tmp_path / "switches.json"
    file.write_bytes(b'{"cut o')
    for id in ("a1", "a1", "b2", "a1"):
        deliver(str(file), id, json.dumps({"id": id}).encode())
    assert file.read_text().splitlines() == ['{"cut o', '{"id": "a1"}', '{"id": "b2"}']


def test_a_report_that_nobody_took_for_a_month_is_given_up_and_that_is_said(hub: Hub, tmp_path: Path) -> None:
    notes: list[str] = []
    spool = Spool(tmp_path, address(hub), notes.append)
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "000000000000001-0001-old.json").write_bytes(b"{}")
    asyncio.run(sending(spool))
    assert hub.taken == []
    assert f"older than {KEPT_DAYS} days" in notes[0]
