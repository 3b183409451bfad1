"""The store on SQLite: write-ahead log, synchronous=FULL, one writer."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
from sqlalchemy import Connection, Engine, create_engine, delete, event, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import DatabaseError

from lightship.edges.stores import outbox_rows, schema, tables
from lightship.edges.stores.lock import Lock
from lightship.edges.stores.store import Effect, Entry
from lightship.vocabulary.decisions import ChangeIncident, Decision, Key, OpenIncident, Publish, Send
from lightship.vocabulary.errors import StoreRefused
from lightship.vocabulary.events import EffectReported, Event, Logged
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.time import Instant
from lightship.vocabulary.updates import Update

CACHE_KIB = 32_768
"""Memory for pages, used only when there are so many: the letters of an update then reach the disk once."""

_encode = msgspec.json.Encoder().encode
_event = msgspec.json.Decoder(Event)
_decision = msgspec.json.Decoder(Decision)
_incident = msgspec.json.Decoder(Incident)
_update = msgspec.json.Decoder(Update)


class SqliteStore:
    """See `store.Store`. Opening takes the lock and brings the tables up to date.

    Raises:
        StoreRefused: held by another hub, made by a newer version, not a store, read-only, or the disk is full.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock(path)
        try:
            with refusals(path):
                self._engine = _engine(path)
                schema.bring_up_to_date(self._engine, path)
        except BaseException:
            self._lock.release()
            raise

    def close(self) -> None:
        self._engine.dispose()
        self._lock.release()

    def head(self) -> int:
        with self._reading() as db:
            return db.scalar(select(func.coalesce(func.max(tables.event.c.seq), 0))) or 0

    def commit(self, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        with refusals(self.path), self._engine.begin() as db:
            db.execute(insert(tables.event), [_event_row(entry.logged) for entry in entries])
            pairs = [(entry.logged, decision) for entry in entries for decision in entry.decisions]
            if pairs:
                db.execute(insert(tables.decision), [_decision_row(*pair) for pair in pairs])
            self._project(db, pairs)
            _settle(db, [e.logged.event for e in entries if isinstance(e.logged.event, EffectReported)])

    def _project(self, db: Connection, pairs: list[tuple[Logged, Decision]]) -> None:
        for logged, decision in pairs:
            match decision:
                case OpenIncident(incident=incident) | ChangeIncident(incident=incident):
                    _keep_incident(db, logged.seq, incident)
                case Publish(key=key, update=said):
                    db.execute(insert(tables.message), [_message_row(logged.seq, said)])
                    db.execute(
                        insert(tables.effect),
                        [{"key": key, "seq": logged.seq, "kind": "publish", "state": "pending"}],
                    )
                case Send():
                    outbox_rows.write(db, decision, logged.at)
                case _:
                    pass

    def events(self, after: int = 0) -> Iterator[Logged]:
        table = tables.event
        asked = select(table.c.seq, table.c.at, table.c.body).where(table.c.seq > after).order_by(table.c.seq)
        with self._reading() as db:
            for seq, at, body in db.execute(asked):
                yield Logged(seq, Instant(at), _event.decode(body))

    def decisions(self, after: int = 0) -> Iterator[tuple[int, Decision]]:
        table = tables.decision
        asked = (
            select(table.c.seq, table.c.body).where(table.c.seq > after).order_by(table.c.seq, table.c.number)
        )
        with self._reading() as db:
            for seq, body in db.execute(asked):
                yield seq, _decision.decode(body)

    def incidents(self) -> tuple[Incident, ...]:
        table = tables.incident
        with self._reading() as db:
            rows = db.scalars(select(table.c.body).order_by(table.c.opened_at, table.c.id))
            return tuple(_incident.decode(body) for body in rows)

    def updates(self) -> tuple[Update, ...]:
        table = tables.message
        with self._reading() as db:
            rows = db.scalars(select(table.c.body).order_by(table.c.seq, table.c.incident, table.c.number))
            return tuple(_update.decode(body) for body in rows)

    def pending(self) -> tuple[Effect, ...]:
        table = tables.effect
        asked = select(table).where(table.c.state == "pending").order_by(table.c.seq, table.c.key)
        with self._reading() as db:
            return tuple(Effect(Key(r.key), r.seq, r.kind, r.state) for r in db.execute(asked))

    def newest_snapshot(self) -> tuple[int, bytes] | None:
        table = tables.snapshot
        with self._reading() as db:
            row = db.execute(select(table).order_by(table.c.seq.desc()).limit(1)).first()
        return (row.seq, row.body) if row else None

    def keep_snapshot(self, seq: int, data: bytes) -> None:
        table = tables.snapshot
        with refusals(self.path), self._engine.begin() as db:
            db.execute(upsert(table).values(seq=seq, body=data).on_conflict_do_nothing())
            kept = select(table.c.seq).order_by(table.c.seq.desc()).limit(2)
            db.execute(delete(table).where(table.c.seq.not_in(kept)))

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with refusals(self.path), self._engine.connect() as db:
            yield db


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def _(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA busy_timeout=5000")
        connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        # Python's driver would leave CREATE TABLE outside of transactions; we begin them ourselves.
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


@contextmanager
def refusals(path: Path) -> Iterator[None]:
    """Turn the database's own errors into one clear line."""
    try:
        yield
    except (DatabaseError, sqlite3.DatabaseError) as error:
        cause = getattr(error, "orig", None) or error
        raise StoreRefused(f"{path}: {_advice(str(cause))}") from error


def _advice(cause: str) -> str:
    known = {
        "disk is full": "the disk is full; make room and start again, nothing that was acknowledged is lost",
        "readonly": "the store is read-only; make the file and its folder writable",
        "not a database": "this file is not a Lightship store; name another one",
        "malformed": "the file is damaged; restore it from a copy",
        "unable to open": "the file cannot be opened; does its folder exist, and may this user write there?",
        "locked": "another program holds the database; stop it and start again",
    }
    advice = next((text for sign, text in known.items() if sign in cause), "the database refused")
    return f"{advice} ({cause})"


def _event_row(logged: Logged) -> dict[str, object]:
    kind = str(logged.event.__struct_config__.tag)
    return {"seq": logged.seq, "at": logged.at, "kind": kind, "body": _encode(logged.event)}


def _decision_row(logged: Logged, decision: Decision) -> dict[str, object]:
    number = int(decision.key.split(".")[1])
    if isinstance(decision, Send):  # its letters are rows of their own
        decision = msgspec.structs.replace(decision, letters=())
    return {
        "key": decision.key, "seq": logged.seq, "number": number, "kind": str(decision.__struct_config__.tag),
        "reason": decision.reason, "body": _encode(decision),
    }  # fmt: skip


def _message_row(seq: int, said: Update) -> dict[str, object]:
    return {
        "incident": said.incident,
        "number": said.number,
        "seq": seq,
        "at": said.at,
        "body": _encode(said),
    }


def _settle(db: Connection, reports: list[EffectReported]) -> None:
    table = tables.effect
    for report in reports:
        db.execute(update(table).where(table.c.key == report.key).values(state=report.outcome))


def _keep_incident(db: Connection, seq: int, incident: Incident) -> None:
    row = {
        "id": incident.id, "opened_at": incident.opened_at, "status": incident.status, "seq": seq,
        "body": _encode(incident),
    }  # fmt: skip
    wanted = upsert(tables.incident).values(row)
    db.execute(wanted.on_conflict_do_update(index_elements=["id"], set_=row))
