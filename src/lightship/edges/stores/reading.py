"""Reading a store that a hub may have open: no lock is taken and nothing is written."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
from sqlalchemy import Engine, create_engine, event, select
from sqlalchemy.pool import NullPool

from lightship.edges.stores import schema, tables
from lightship.edges.stores.sqlite import SqliteStore, refusals
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.events import Event
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.time import Instant
from lightship.vocabulary.updates import Update


class StoreReader(SqliteStore):
    """The questions of `store.Store`, without its commits.

    Raises:
        BadInput: no such file.
        StoreRefused: it is no store, or another version wrote it.
    """

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise BadInput(str(path), "no such file", "the file of a store, such as lightship.db")
        self.path = path
        self._engine = _engine(path)
        with refusals(path):
            schema.refuse_other(self._engine, path)

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def events_of(self, kind: type[Event]) -> Iterator[Event]:
        """The events of one kind, in order."""
        table = tables.event
        asked = (
            select(table.c.body).where(table.c.kind == str(kind.__struct_config__.tag)).order_by(table.c.seq)
        )
        with self._reading() as db:
            for body in db.scalars(asked):
                yield msgspec.json.decode(body, type=kind)

    def update(self, incident: str, number: int) -> Update | None:
        """One published message; None: there is none."""
        table = tables.message
        asked = select(table.c.body).where(table.c.incident == incident, table.c.number == number)
        with self._reading() as db:
            body = db.scalar(asked)
        return None if body is None else msgspec.json.decode(body, type=Update)

    def incident(self, incident: str) -> Incident | None:
        """One incident as it stands; None: there is none."""
        table = tables.incident
        with self._reading() as db:
            body = db.scalar(select(table.c.body).where(table.c.id == incident))
        return None if body is None else msgspec.json.decode(body, type=Incident)

    def snapshots(self) -> Iterator[tuple[int, Instant, bytes]]:
        """Those that are kept, newest first: number of the last event in it, that event's instant, the bytes."""
        snaps, log = tables.snapshot, tables.event
        asked = select(snaps.c.seq, log.c.at, snaps.c.body).join(log, log.c.seq == snaps.c.seq)
        with self._reading() as db:
            for seq, at, body in db.execute(asked.order_by(snaps.c.seq.desc())):
                yield seq, Instant(at), body


def _engine(path: Path) -> Engine:
    address = f"file:{path.resolve().as_posix().replace('?', '%3f').replace('#', '%23')}?mode=ro"
    engine = create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=NullPool
    )

    @event.listens_for(engine, "connect")
    def _(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout=5000")

    return engine
