"""Carries decisions out on this machine: routes, open flows, resolvers, byte classes, reports."""

import asyncio
import datetime
import secrets
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from lightship.edges.links import byte_classes, flows, steering
from lightship.edges.links.counters import carried
from lightship.edges.links.guard import resolver_file
from lightship.edges.links.history import History
from lightship.edges.links.netlink import Device, devices, preferred
from lightship.edges.links.resolver_file import ResolverFile, nameservers
from lightship.edges.links.spool import Spool
from lightship.endure.wan.budget import Budget, billing_month, said
from lightship.endure.wan.decisions import RefuseIPv6, Switch, UseResolver
from lightship.endure.wan.report import Place, SwitchReport
from lightship.endure.wan.uplinks import Uplink
from lightship.run.wan.live import Live
from lightship.vocabulary.errors import BadInput, StoreRefused

BYTES_KEPT_EVERY = 60


class Wanted(msgspec.Struct, frozen=True):
    """What `protect` was asked for beside its lines.

    Args:
        cap: bytes a billing month on each metered line. first_day: of the billing month.
        also: addresses that a nearly used-up line always lets through. report: where switches are told.
        resolver_command: run with the resolver's address; None: /etc/resolv.conf, where it may be changed.
    """

    cap: int | None = None
    first_day: int = 1
    also: tuple[str, ...] = ()
    report: str | None = None
    place: Place = Place()
    resolvers: bool = True
    resolver_command: str | None = None


class Steering:
    """The hands of `wan protect`."""

    def __init__(
        self, uplinks: Sequence[Uplink], folder: Path, history: History | None, wanted: Wanted,
        note: Callable[[str], None],
    ) -> None:  # fmt: skip
        self.uplinks, self.history, self.wanted, self.note = uplinks, history, wanted, note
        self.active, self.known = 0, dict[str, Device]()
        self._file: ResolverFile | None = resolver_file(folder) if wanted.resolvers else None
        self._no_ipv6: set[int] = set()
        self._budgets: dict[str, Budget] = {}
        self._month, self._kept = "", 0.0
        self._out: tuple[float, int | None, str] | None = None
        self._spool = Spool(folder, wanted.report, note) if wanted.report is not None else None
        self._sending: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Ready to act; nothing moves yet."""
        if self._file is not None and self.wanted.resolver_command is None:
            self._check_file(self._file)
        self.known = await devices()
        await steering.begin()
        if self._spool is not None:
            self._sending = asyncio.get_running_loop().create_task(self._spool.send())

    def _check_file(self, file: ResolverFile) -> None:
        """It is ours to change only where this machine asks one of the resolvers that we ask."""
        asked = {each.name for line in self.uplinks for each in line.targets if each.kind == "dns"}
        try:
            file.check()
        except BadInput as error:
            self.note(f"resolvers are left alone: {error}")
            self._file = None
            return
        if not asked & set(nameservers(file.path)):
            self.note(
                f"resolvers are left alone: {file.path} names none of {', '.join(sorted(asked)) or 'ours'}"
            )
            self._file = None

    async def switch(self, decision: Switch) -> None:
        """The route first, then what hangs on the old one."""
        self.active = decision.to
        await self._steer()
        self.note(f"route over {self.uplinks[decision.to].name} is set")
        old = self.known.get(self.uplinks[decision.before].name)
        if old is not None and old.addresses:
            tracked = await asyncio.to_thread(flows.forget, old.addresses)
            own = await asyncio.to_thread(flows.hang_up, old.addresses)
            self.note(_moved(tracked, own))
        await self._account(decision)

    async def _steer(self) -> None:
        """Nothing of ours where the machine itself would take the same line."""
        mine = {each.name: self.known[each.name] for each in self.uplinks if each.name in self.known}
        wanted = mine.get(self.uplinks[self.active].name)
        itself = self.active == 0 and preferred(self.known) == self.uplinks[0].name
        try:
            await steering.use(None if itself else wanted, mine, ipv6=self.active not in self._no_ipv6)
        except (
            OSError,
            *steering.TROUBLE,
        ) as error:  # the device may have gone this very moment; a change follows
            self.note(f"the route over {self.uplinks[self.active].name} was refused: {error}")

    async def renewed(self, known: Mapping[str, Device]) -> None:
        """A lease was renewed, a device came or went: our route follows."""
        before, self.known = self.known, dict(known)
        if any(before.get(each.name) != known.get(each.name) for each in self.uplinks):
            await self._steer()

    async def ipv6(self, decision: RefuseIPv6) -> None:
        """Programs are told at once that IPv6 leads nowhere, and take IPv4; probes are bound and go on."""
        (self._no_ipv6.add if decision.refused else self._no_ipv6.discard)(decision.uplink)
        if decision.uplink == self.active:
            await self._steer()

    async def resolver(self, decision: UseResolver) -> None:
        """Programs ask this one first."""
        line = self.uplinks[decision.uplink]
        if decision.uplink != self.active or not self.wanted.resolvers:
            return
        name, first = (
            line.targets[decision.target].name,
            next(each.name for each in line.targets if each.kind == "dns"),
        )
        try:
            if self.wanted.resolver_command is not None:
                await asyncio.to_thread(_run, self.wanted.resolver_command, name)
            elif self._file is not None:
                await asyncio.to_thread(self._file.restore if name == first else lambda: self._use(name))
        except OSError as error:
            self.note(f"the resolver was not changed: {error}")

    def _use(self, name: str) -> None:
        if self._file is not None:
            self._file.use(name)

    async def second(self, live: Live) -> None:
        """Read the counters of metered lines."""
        for number, each in enumerate(self.uplinks):
            counter = carried(each.name) if each.metered else None
            if counter is not None:
                await self._count(live, number, each.name, counter)

    async def _count(self, live: Live, number: int, name: str, counter: int) -> None:
        today = datetime.datetime.now().astimezone()
        month = billing_month(today.year, today.month, today.day, self.wanted.first_day)
        if month != self._month:
            self._month, self._budgets = month, {}
        before = self._budgets.get(name) or self._known_budget(name, month)
        now = self._budgets[name] = before.read(counter)
        warning = now.warning(before)
        if warning:
            self.note(f"{name}: {warning}")
        if now.allowance != live.decider.lines[number].allowance:
            await asyncio.to_thread(byte_classes.allow, name, now.allowance, self.wanted.also)
            live.hand_on(live.decider.allow(time.monotonic(), number, now.allowance))
        await self._keep(name, month, now)

    def _known_budget(self, name: str, month: str) -> Budget:
        used, seen = self.history.used(name, month) if self.history else (0, None)
        return Budget(self.wanted.cap, used, seen)

    async def _keep(self, name: str, month: str, budget: Budget) -> None:
        if self.history is None or budget.seen is None or time.monotonic() - self._kept < BYTES_KEPT_EVERY:
            return
        self._kept = time.monotonic()
        try:
            await asyncio.to_thread(self.history.use, name, month, budget.used, budget.seen)
        except StoreRefused as error:
            self.note(f"bytes not kept: {error}")

    async def _account(self, decision: Switch) -> None:
        """What an outage was: since when, at which cost; told where it was asked for."""
        now, back = time.monotonic(), decision.to == 0
        counter = sum(carried(each.name) or 0 for each in self.uplinks if each.metered)
        seconds = megabytes = None
        if back and self._out is not None:
            began, before, _ = self._out
            seconds, megabytes = now - began, max(0, counter - (before or 0)) / 1e6
            self.note(
                f"the outage lasted {_span(seconds)} and took {said(int(megabytes * 1e6))} of the metered line"
            )
        if decision.before == 0:
            self._out = (decision.trouble_at, counter, decision.reason)
        if self._spool is not None:
            await self._tell(self._spool, decision, back, seconds, megabytes)

    async def _tell(
        self, spool: Spool, decision: Switch, back: bool, seconds: float | None, megabytes: float | None
    ) -> None:
        at = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        place, state = self.wanted.place, self._out[2] if back and self._out else decision.reason
        made = SwitchReport(
            "back" if back else "out", at, place.service, state, round(decision.at - decision.trouble_at, 3),
            place.area, place.provider, seconds and round(seconds, 1), megabytes and round(megabytes, 3),
            secrets.token_hex(8),
        )  # fmt: skip
        await spool.put(made.id, made.encoded())


def _moved(tracked: int | None, own: int) -> str:
    if tracked is None:
        passing = "flows through this machine are left to the kernel (conntrack is not installed)"
    else:
        passing = f"{tracked} tracked flows"
    return f"of the old line are ended, to start anew: {passing}, {own} connections of this machine"


def _run(command: str, resolver: str) -> None:
    subprocess.run([command, resolver], check=False, timeout=10)  # noqa: S603 - named by the owner of the machine


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
