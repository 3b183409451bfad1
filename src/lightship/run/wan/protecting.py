"""`wan protect`, put together: checks, guard, rules, session, and everything taken away at the end."""

import asyncio
import signal
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from lightship.edges.links import guard
from lightship.edges.links.history import state_folder
from lightship.edges.links.instance import Instance
from lightship.edges.links.netlink import devices
from lightship.edges.links.reporting import check
from lightship.endure.wan.decider import Wish
from lightship.endure.wan.uplinks import Uplink
from lightship.run.commands.wan.options import Asked, opening
from lightship.run.wan.checks import Finding, Refused, another, findings, privilege, refuse
from lightship.run.wan.hands import Steering, Wanted
from lightship.run.wan.screen import Lines, People, Screen
from lightship.run.wan.session import Session
from lightship.run.wan.watching import lines_of, opened

WISHES: dict[signal.Signals, Wish] = {signal.SIGUSR1: "stay", signal.SIGUSR2: "back"}


async def protecting(asked: Asked, wanted: Wanted, seconds: float | None, as_json: bool) -> None:
    """Until somebody ends it.

    Raises:
        Refused: some check failed; nothing was changed.
    """
    folder = asked.data or state_folder()
    if wanted.report is not None:
        check(wanted.report)
    must_be_root()
    must_be_alone(folder)
    await guard.restore(folder)  # what a killed one may have left
    lines, can_ping = await lines_of(asked)
    refuse(await findings(lines, await devices(), folder, wanted.cap is not None, asked.alone))
    screen: Screen = Lines() if as_json else People()
    with ExitStack() as stack:
        instance = Instance(folder)
        stack.callback(instance.close)
        instance.take()
        screen.began(opening(lines, folder, acting=True, can_ping=can_ping), lines)
        stack.callback(screen.ended)
        await _guarded(asked, wanted, lines, folder, screen, seconds)


def must_be_root() -> None:
    """Raises Refused with the name of the check."""
    refuse([Finding("privilege", privilege())])


def must_be_alone(folder: Path) -> None:
    """Raises Refused where another runs: taking away what it has set would undo its work."""
    refuse([Finding("another", another(folder))])


async def _guarded(
    asked: Asked, wanted: Wanted, lines: Sequence[Uplink], folder: Path, screen: Screen, seconds: float | None
) -> None:
    history = opened(folder, screen)
    hands = Steering(lines, folder, history, wanted, screen.note)
    session = Session(lines, screen, history, hands=hands, rules=asked.rules)
    pipe = guard.start(folder)
    try:
        await hands.begin()
        _listen(session)
        await session.run(seconds)
    finally:
        await guard.restore(folder)
        guard.dismiss(pipe)
        if history is not None:
            history.close()


def _listen(session: Session) -> None:
    """People's wishes arrive as signals (`--stay`, `--back`)."""
    for which, wish in WISHES.items():
        asyncio.get_running_loop().add_signal_handler(which, session.ask, wish)


async def checked(asked: Asked, wanted: Wanted) -> list[Finding]:
    """Every check, for `--check`."""
    folder = asked.data or state_folder()
    lines, _ = await lines_of(asked)
    return await findings(lines, await devices(), folder, wanted.cap is not None, asked.alone)


__all__ = ["Refused", "checked", "must_be_root", "protecting"]
