"""Keeping mail: a pass over each account of a copy, then what came is made searchable."""

import gc
import time
from collections.abc import Callable, Sequence

from lightship.edges.clock import now
from lightship.edges.mailboxes.copy.bodies import Bodies
from lightship.edges.mailboxes.copy.copy import Copy
from lightship.edges.mailboxes.copy.purging import purge
from lightship.edges.mailboxes.imap.client import Client
from lightship.run.mail.account_pass import AccountPass, Ask
from lightship.run.mail.accounts import Account, connected, decoded
from lightship.run.mail.report import Report
from lightship.run.progress import Progress
from lightship.vocabulary.errors import BadInput, LightshipError
from lightship.vocabulary.time import DAY, Instant


def accounts(copy: Copy, names: Sequence[str] = ()) -> list[tuple[int, str, Account]]:
    """The accounts of these names, or all.

    Raises:
        BadInput: there is none of that name, or none at all.
    """
    rows = copy.db.execute("SELECT id, name, settings FROM account ORDER BY id").fetchall()
    known = {name: (number, name, decoded(name, settings)) for number, name, settings in rows}
    if unknown := [name for name in names if name not in known]:
        raise BadInput(unknown[0], "no account of that name", f"known: {', '.join(known) or 'none yet'}")
    if not known:
        raise BadInput(str(copy.folder), "no account yet", "begin with `lightship mail keep ADDRESS`")
    return [known[name] for name in names or known]


def keep(
    copy: Copy, chosen: Sequence[tuple[int, str, Account]], ask: Ask, *, search: bool = True
) -> list[Report]:
    """One pass over each account. A trouble with one does not hold up the others."""
    # Tens of thousands of small things that all live to the end would be looked through again and again for cycles.
    gc.set_threshold(100_000)
    reports = []
    for number, name, account in chosen:
        began = time.monotonic()
        with Progress(f"messages of {name}") as progress:
            one = AccountPass(
                copy, number, name, _connector(name, account), ask, progress, now(), account.skip
            )
            report = _run(one)
        if account.purge_days is not None:
            report.purged = purge(copy.folder, copy.db, number, Instant(now() - account.purge_days * DAY))
        report.seconds = time.monotonic() - began
        reports.append(report)
    if search:
        make_searchable(copy)
    return reports


def _run(one: AccountPass) -> Report:
    try:
        return one.run()
    except LightshipError as error:
        # A password that cannot be had is trouble of this account alone; a full disk is everybody's.
        if error.exit_code == 4:
            raise
        one.report.trouble = str(error)
        one.ledger.pass_ended(now(), str(error))
        return one.report


def _connector(name: str, account: Account) -> Callable[[], Client]:
    return lambda: connected(name, account)


def make_searchable(copy: Copy) -> int:
    """Index what is not indexed yet; how many messages that was."""
    (count,) = copy.db.execute("SELECT count(*) FROM message WHERE indexed = 0").fetchone()
    if not count:
        return 0
    # Reading mail takes packages that a pass without new mail needs not wait for.
    from lightship.edges.mailboxes.copy.indexing import index

    with Progress("messages made searchable", total=count) as progress:
        for done in index(copy.db, Bodies(copy.folder, copy.db)):
            progress.advance(done)
    return int(count)
