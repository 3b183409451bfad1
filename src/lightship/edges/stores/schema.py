"""The tables' version: brought up to date on opening, refused where a newer Lightship wrote them."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, insert, inspect, select

import lightship
from lightship.edges.stores import tables
from lightship.vocabulary.errors import StoreRefused

LOG_FORMAT = 1
"""Version of what `event.body` and `decision.body` hold. A store with a higher one is refused."""


def bring_up_to_date(engine: Engine, path: Path) -> None:
    """Create or migrate the tables.

    Raises:
        StoreRefused: a newer Lightship wrote them. Nothing is changed then.
    """
    with engine.connect() as db:
        _refuse_newer(db, path)
        revision = MigrationContext.configure(db).get_current_revision()
    config = _config()
    newest = ScriptDirectory.from_config(config).get_current_head()
    if revision == newest:
        return
    with engine.begin() as db:
        config.attributes["connection"] = db
        command.upgrade(config, "head")
        if db.execute(select(tables.meta).where(tables.meta.c.name == "log_format")).first() is None:
            db.execute(insert(tables.meta), [{"name": "log_format", "value": str(LOG_FORMAT)}])


def refuse_other(engine: Engine, path: Path) -> None:
    """Raises StoreRefused where these tables are not of this version: a reader brings nothing up to date."""
    with engine.connect() as db:
        _refuse_newer(db, path)
        revision = MigrationContext.configure(db).get_current_revision()
    if revision is None:
        raise StoreRefused(f"{path}: this file is not a Lightship store; name another one")
    if revision != ScriptDirectory.from_config(_config()).get_current_head():
        raise StoreRefused(
            f"{path}: an older Lightship wrote this store; start its hub once to bring it up to date"
        )


def _refuse_newer(db: Connection, path: Path) -> None:
    if "meta" not in inspect(db).get_table_names():
        return
    found = db.scalar(select(tables.meta.c.value).where(tables.meta.c.name == "log_format"))
    revision = MigrationContext.configure(db).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if (found and int(found) > LOG_FORMAT) or (revision and revision not in known):
        raise StoreRefused(
            f"{path}: a newer Lightship wrote this store (log format {found}, tables {revision}); "
            f"this is {lightship.__version__} (log format {LOG_FORMAT}); upgrade, or name another store"
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config
