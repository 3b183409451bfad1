"""What people see while a replay runs: its decisions on the terminal, its page in the browser."""

import time
from contextlib import ExitStack
from types import TracebackType
from typing import Self

import click

from lightship.edges.web.background import Served
from lightship.run.hub import Hub
from lightship.run.listening import host_and_port
from lightship.run.site import PublishedSite
from lightship.simulate.scenario import Scenario
from lightship.vocabulary.decisions import Decision, OpenIncident, Publish, WarnOperator
from lightship.vocabulary.time import Instant
from lightship.vocabulary.zones import local

FRESH_SECONDS = 3.0
"""Between two looks of the page while nothing new is said."""


class Show:
    """Lines on standard error; with `listen`, the page at that address until the context ends."""

    def __init__(self, scenario: Scenario, site: PublishedSite, listen: str | None, quiet: bool) -> None:
        self._scenario, self._site, self._listen, self._quiet = scenario, site, listen, quiet
        self._stack = ExitStack()
        self._fresh_until = 0.0

    def __enter__(self) -> Self:
        """Start to serve, where that was asked for."""
        if self._listen is not None:
            served = self._stack.enter_context(Served(*host_and_port(self._listen, "--listen")))
            self._site.shown.append(served.show)
            # Also with --json: whoever asked for a page must learn where it is.
            click.echo(
                f"{self._scenario.title}\nSimulated. The page: {served.address}  (Ctrl-C ends)", err=True
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving."""
        self._stack.close()

    def decided(self, at: Instant, decisions: tuple[Decision, ...]) -> None:
        """Tell of what people would hear of."""
        for each in decisions:
            match each:
                case OpenIncident():
                    self._line(at, f"incident {each.incident.id} opened: {each.reason}")
                case Publish():
                    self._line(at, f"published, {each.update.status}: {each.update.headline}")
                case WarnOperator():
                    self._line(at, f"to operators: {each.text}")
                case _:
                    pass

    def rested(self, hub: Hub) -> None:
        """Bring the page up to date now and then, so that it is there before the first message and its graph moves."""
        if self._listen is None or time.monotonic() < self._fresh_until or hub.state.stages is None:
            return
        hub.flush()  # a page never rests on more than the store holds
        with hub.spent.on("render"):
            self._site.publish(hub.state, hub.last_at)
        self._fresh_until = time.monotonic() + FRESH_SECONDS

    def finished(self) -> None:
        """The replay has ended; the page stays up until Ctrl-C."""
        if self._listen is None:
            return
        try:
            self._say("The replay has ended. The page stays until Ctrl-C; then the answer sheet follows.")
            while True:
                time.sleep(1)
        except KeyboardInterrupt:
            self._say("")

    def _line(self, at: Instant, text: str) -> None:
        clock = local(at, self._scenario.tz).strftime("%H:%M")
        self._say(f"{clock}  {text}")

    def _say(self, text: str) -> None:
        if not self._quiet:
            click.echo(text, err=True)
