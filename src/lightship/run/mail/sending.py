"""Sending by the second way: written, explained, put on disk, tried once, filed when the provider is back."""

import secrets
from collections.abc import Callable
from pathlib import Path

from lightship.edges.clock import local_zone, now
from lightship.edges.mailboxes.copy.reader import Reader
from lightship.edges.mailboxes.imap.trouble import ImapTrouble
from lightship.edges.mailboxes.secrets import from_command, from_keyring
from lightship.edges.mailboxes.sending.dmarc import dmarc_records
from lightship.edges.mailboxes.sending.outbox import Letter, Outbox
from lightship.edges.mailboxes.sending.route import Route
from lightship.edges.mailboxes.sending.sent_folder import file_once
from lightship.edges.mailboxes.sending.smtp import deliver
from lightship.endure.reading.neutral import one_line
from lightship.endure.sending.alignment import Explained, aligned, domain, explain, policy_of
from lightship.endure.sending.letter import Draft, written
from lightship.endure.sending.states import may_send
from lightship.run.mail.accounts import connected, decoded
from lightship.vocabulary.errors import BadInput, LightshipError, StoreRefused, Unreachable

Say = Callable[[str], None]


def route_named(outbox: Outbox, name: str) -> Route:
    """A way out by its name. Raises BadInput where there is none."""
    known = outbox.routes()
    if name not in known:
        there = ", ".join(known) or "none yet"
        raise BadInput("--via", f"no way out of the name {name!r} (there is: {there})",
                       f"`lightship mail route {name} --host ... --address ...` makes it")  # fmt: skip
    return known[name]


def route_secret(name: str, route: Route) -> str:
    """What lets us in by it. Raises Unreachable or LightshipError."""
    if not route.user:
        return ""
    found = from_command(route.command) if route.command else from_keyring(f"route {name}")
    if found is None:
        raise LightshipError(
            f"the keyring has no password for the way out {name!r}; `lightship mail route {name} --ask` asks again"
        )
    return found


def explained(sender: str, original: str, route: Route) -> Explained:
    """What receivers will make of it. The DNS is asked only where its answer matters."""
    asked = aligned(domain(sender), domain(route.address))
    records = None if asked else dmarc_records(domain(sender))
    return explain(sender, original, route.address, policy_of(records))


def queue(outbox: Outbox, draft: Draft, account: str, via: str) -> Letter:
    """Put a letter into the outbox; it is on disk when this returns. Raises BadInput."""
    message_id = f"{secrets.token_hex(16)}@{domain(draft.sender)}"
    at = now()
    raw = written(draft, message_id, at, local_zone())
    return outbox.put(
        message_id,
        account,
        via,
        _bare(draft.sender),
        _receivers(draft),
        one_line(draft.subject, 500),
        raw,
        at,
    )


def try_once(outbox: Outbox, letter: Letter, again: bool = False) -> Letter:
    """Try to send a letter, if it may be. Each step is on disk before the next is taken."""
    if not may_send(letter.state, again):
        return letter
    route = route_named(outbox, letter.route)
    secret = route_secret(letter.route, route)
    outbox.trying(letter.id)
    outbox.step(letter.id, "queued", "", now())
    ended = deliver(
        route, secret, letter.sender, letter.recipients, outbox.raw(letter.id),
        lambda: outbox.step(letter.id, "committing", "", now()),
    )  # fmt: skip
    outbox.step(letter.id, ended.state, ended.said, now())
    return outbox.letter(letter.id)


def reconcile(folder: Path, outbox: Outbox, say: Say) -> int:
    """Send what waits, and file copies of what was sent; how many copies are still to be filed."""
    for letter in reversed(outbox.letters()):
        if letter.state == "queued":
            try:
                ended = try_once(outbox, letter)
            except LightshipError as error:
                say(f"{letter.id}  waits  {letter.subject}  ({error})")
                continue
            say(
                f"{ended.id}  {ended.state}  {ended.subject}"
                + (f"  ({ended.said})" if ended.state != "sent" else "")
            )
    return _file_copies(folder, outbox, say)


def file_sent(folder: Path, say: Say) -> None:
    """File copies of what was sent, and send nothing; in silence where another process is at it."""
    try:
        outbox = Outbox(folder)
    except StoreRefused:
        return
    try:
        _file_copies(folder, outbox, say)
    finally:
        outbox.close()


def _file_copies(folder: Path, outbox: Outbox, say: Say) -> int:
    """How many are still to be filed."""
    waiting = [
        each for each in outbox.letters() if each.state == "sent" and each.filed_at is None and each.account
    ]
    left = 0
    for account in dict.fromkeys(each.account for each in waiting):
        mine = [each for each in waiting if each.account == account]
        try:
            _file(folder, outbox, account, mine)
            say(f"{account}: {len(mine)} filed in Sent")
        except (ImapTrouble, LightshipError) as error:
            left += sum(outbox.letter(each.id).filed_at is None for each in mine)
            say(f"{account}: the provider is not back, {len(mine)} to be filed in Sent later ({error})")
    return left


def _file(folder: Path, outbox: Outbox, account: str, letters: list[Letter]) -> None:
    reader = Reader(folder)
    try:
        settings = next((each.settings for each in reader.accounts() if each.name == account), None)
    finally:
        reader.close()
    if settings is None:
        raise Unreachable(f"no copy is kept of {account}")
    with connected(account, decoded(account, settings)) as client:
        for each in letters:
            file_once(client, each.message_id, outbox.raw(each.id), each.queued_at)
            outbox.filed(each.id, now())


def _receivers(draft: Draft) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_bare(each) for each in (*draft.to, *draft.copies)))


def _bare(address: str) -> str:
    inner = address.strip()
    return inner.rpartition("<")[2].removesuffix(">") if inner.endswith(">") else inner
