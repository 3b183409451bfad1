"""The tables of the store. `docs/reference/store.md` explains them; a change here needs a migration."""

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, Table, Text, text

metadata = MetaData()

event = Table(
    "event", metadata,
    Column("seq", Integer, primary_key=True),
    Column("at", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
)  # fmt: skip

decision = Table(
    "decision", metadata,
    Column("key", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("decision_by_seq", "seq", "number"),
)  # fmt: skip

incident = Table(
    "incident", metadata,
    Column("id", Text, primary_key=True),
    Column("opened_at", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)  # fmt: skip

message = Table(
    "message", metadata,
    Column("incident", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("at", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)  # fmt: skip

effect = Table(
    "effect", metadata,
    Column("key", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Index("effect_by_state", "state", "seq"),
)  # fmt: skip

outbox = Table(
    "outbox", metadata,
    Column("id", Integer, primary_key=True),
    Column("incident", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("subscriber", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("lasting", Integer, nullable=False),
    Column("created", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("due", Integer, nullable=False),
    Column("lease", Integer),
    Column("holder", Text),
    Column("settled", Integer),
    Column("said", Text, nullable=False, server_default=""),
    Index("outbox_once", "incident", "subscriber", "channel", "number", unique=True),
    Index("outbox_waiting", "channel", "rank", "due", sqlite_where=text("state = 'new'")),
    Index("outbox_held", "lease", sqlite_where=text("state IN ('leased', 'sending')")),
)  # fmt: skip

snapshot = Table(
    "snapshot", metadata,
    Column("seq", Integer, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)  # fmt: skip

meta = Table(
    "meta", metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)  # fmt: skip
