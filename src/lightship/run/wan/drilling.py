"""`wan test`, put together: cut, count, mend, report."""

import asyncio
import contextlib
import socket
import time
from pathlib import Path

import click
import msgspec

from lightship.edges.links import cutting, echo, guard
from lightship.edges.links.history import Drill, History, state_folder
from lightship.edges.links.instance import is_running
from lightship.edges.links.netlink import devices, preferred
from lightship.endure.wan.uplinks import Uplink
from lightship.run.commands.wan.options import Asked
from lightship.run.output import print_json
from lightship.run.wan.checks import findings, refuse
from lightship.run.wan.hands import Steering, Wanted
from lightship.run.wan.protecting import must_be_root
from lightship.run.wan.screen import Silent
from lightship.run.wan.session import Session
from lightship.run.wan.watching import lines_of
from lightship.vocabulary.errors import StoreRefused

EVERY = 0.05
"""Seconds between two packets: twenty a second tell the gap to a twentieth, and trouble no target."""
BEFORE, AFTER = 2.0, 3.0
"""Seconds of quiet that are counted as well."""


class Flow:
    """Echo requests by the machine's own routes, as any program's packets would go; what came back, and when."""

    def __init__(self, target: str) -> None:
        self.target, self.sent, self.back = target, dict[int, float](), dict[int, float]()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        self._socket.setblocking(False)
        self._number = id(self) & 0xFFFF

    async def run(self, seconds: float) -> None:
        """Send and listen."""
        loop, end, due = asyncio.get_running_loop(), time.monotonic() + seconds, time.monotonic()
        loop.add_reader(self._socket, self._read)
        try:
            while due < end:
                sequence = len(self.sent)
                self.sent[sequence] = time.monotonic()
                with contextlib.suppress(OSError):
                    self._socket.sendto(echo.request(self._number, sequence, v6=False), (self.target, 0))
                due += EVERY
                await asyncio.sleep(max(0.0, due - time.monotonic()))
            await asyncio.sleep(0.5)
        finally:
            loop.remove_reader(self._socket)
            self._socket.close()

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                sequence = echo.reply(self._socket.recv(256), self._number, v6=False, ip_header=True)
                if sequence in self.sent:
                    self.back.setdefault(sequence, time.monotonic())

    def gap(self) -> float | None:
        """The longest time from one answered packet to the next; None where nothing was answered at all."""
        times = sorted(self.sent[each] for each in self.back)
        return max((b - a for a, b in zip(times, times[1:], strict=False)), default=None)  # noqa: RUF007

    @property
    def lost(self) -> int:
        """Packets that were never answered."""
        return len(self.sent) - len(self.back)


async def drilling(asked: Asked, seconds: int, as_json: bool) -> bool:
    """The whole exercise; True where another line took over within it."""
    must_be_root()
    folder = asked.data or state_folder()
    lines, _ = await lines_of(asked)
    running = is_running(folder)
    if not running:
        await guard.restore(folder)
        refuse(await findings(lines, await devices(), folder, capped=True))
    before = preferred(await devices()) or lines[0].name
    flow = Flow(_target(lines[0]))
    async with contextlib.AsyncExitStack() as stack:
        if not running:
            await _protected(stack, asked, lines, folder)
        going = asyncio.create_task(flow.run(BEFORE + seconds + AFTER))
        await asyncio.sleep(BEFORE)
        stack.callback(cutting.mend)
        cutting.cut(before, seconds)
        await asyncio.sleep(seconds)
        after = await _way(flow.target)
        await going
    return _tell(asked, folder, Drill(time.time_ns() // 1_000_000, before, after if after != before else None,
                                      flow.gap(), flow.lost, len(flow.sent)), seconds, as_json)  # fmt: skip


async def _protected(
    stack: contextlib.AsyncExitStack, asked: Asked, lines: list[Uplink], folder: Path
) -> None:
    """What `wan protect` would do, for as long as the exercise lasts."""
    screen = Silent()
    hands = Steering(lines, folder, None, Wanted(resolvers=False), screen.note)
    session = Session(lines, screen, None, hands=hands, rules=asked.rules)
    pipe = guard.start(folder)
    stack.callback(guard.dismiss, pipe)
    stack.push_async_callback(guard.restore, folder)
    await hands.begin()
    task = asyncio.create_task(session.run())
    stack.push_async_callback(session.end_by, task)


async def _way(target: str) -> str | None:
    """The device by which a packet to the target would leave now."""
    from pyroute2 import AsyncIPRoute

    async with AsyncIPRoute() as kernel:
        found = list(await kernel.route("get", dst=target))
        index = found[0].get_attr("RTA_OIF") if found else None
    return next((each.name for each in (await devices()).values() if each.index == index), None)


def _target(uplink: Uplink) -> str:
    return next(
        (each.name for each in uplink.targets if each.kind == "ping" and ":" not in each.name), "1.1.1.1"
    )


class _Said(msgspec.Struct, frozen=True):
    """What `--json` prints."""

    cut: str
    seconds: int
    took_over: str | None
    gap_seconds: float | None
    lost: int
    sent: int


def _tell(asked: Asked, folder: Path, drill: Drill, seconds: int, as_json: bool) -> bool:
    try:
        kept = History(folder)
        kept.drilled(drill)
        kept.close()
    except StoreRefused as error:
        click.echo(f"not kept: {error}", err=True)
    if as_json:
        print_json(_Said(drill.before, seconds, drill.after, drill.gap, drill.lost, drill.sent))
        return drill.after is not None
    gap = "nothing was answered at all" if drill.gap is None else f"longest gap {drill.gap:.2f} s"
    took = f"{drill.after} took over" if drill.after else "no other line took over"
    click.echo(
        f"{drill.before} was cut for {seconds} s: {took}; {gap}, {drill.lost} of {drill.sent} packets lost."
    )
    click.echo("The line is mended, and all is as before.")
    return drill.after is not None
