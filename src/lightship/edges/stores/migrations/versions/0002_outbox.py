"""The outbox: what is still to be delivered, and what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the table and what claims are read by."""
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("incident", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("subscriber", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("lasting", sa.Integer, nullable=False),
        sa.Column("created", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due", sa.Integer, nullable=False),
        sa.Column("lease", sa.Integer),
        sa.Column("holder", sa.Text),
        sa.Column("settled", sa.Integer),
        sa.Column("said", sa.Text, nullable=False, server_default=""),
    )
    op.create_index("outbox_once", "outbox", ["incident", "subscriber", "channel", "number"], unique=True)
    waiting = sa.text("state = 'new'")
    op.create_index("outbox_waiting", "outbox", ["channel", "rank", "due"], sqlite_where=waiting)
    held = sa.text("state IN ('leased', 'sending')")
    op.create_index("outbox_held", "outbox", ["lease"], sqlite_where=held)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("outbox")
