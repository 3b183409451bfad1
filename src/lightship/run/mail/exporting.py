"""Writing a copy as other programs read it: mbox files, or a Maildir of its own."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from lightship.edges.mailboxes.copy import maildir
from lightship.edges.mailboxes.copy.kept import KeptAccount, KeptFolder
from lightship.edges.mailboxes.copy.reader import Reader
from lightship.endure.keeping.flags import letters
from lightship.endure.keeping.folder_names import account_directory, safe
from lightship.endure.keeping.restoring import Placed
from lightship.run.mail.folder_pass import Watcher
from lightship.run.mail.restoring import placed
from lightship.vocabulary.errors import BadInput

_PIECE = 256 * 1024


def export(
    reader: Reader, goal: Path, accounts: Sequence[KeptAccount], *, mbox: bool, gone: bool, watcher: Watcher
) -> int:
    """Every folder of some accounts, below a folder that is empty or new; how many messages were written.

    Raises:
        BadInput: there is something in it already, or it lies in the copy itself.
    """
    if goal.resolve().is_relative_to(reader.folder.resolve()):
        raise BadInput(str(goal), "lies in the copy itself", "name a folder elsewhere")
    if goal.exists() and (not goal.is_dir() or any(goal.iterdir())):
        raise BadInput(str(goal), "there is something already", "name a folder that is empty or new")
    count = 0
    for account in accounts:
        below = goal / account_directory(account.name)
        for folder in reader.folders(account.id):
            wanted = placed(reader, folder.id, gone=gone)
            watcher.expect(len(wanted))
            below.mkdir(parents=True, exist_ok=True)
            if mbox:
                _mbox(reader, below / f"{_plain(folder)}.mbox", wanted, watcher)
            else:
                _maildir(reader, maildir.make(below, folder.directory), wanted, watcher)
            count += len(wanted)
    return count


def _plain(folder: KeptFolder) -> str:
    parts = folder.name.split(folder.separator) if folder.separator else [folder.name]
    return ".".join(safe(part) for part in parts)[:200]


def _maildir(reader: Reader, folder: Path, wanted: Sequence[Placed], watcher: Watcher) -> None:
    for number, each in enumerate(wanted):
        unique = f"{each.received // 1000}.{number}.{each.hash.hex()[:16]}{maildir.TAIL}"
        path = folder / "cur" / f"{unique}:2,{letters(each.flags)}"
        with reader.open(each.message) as body, path.open("wb") as out:
            while piece := body.read(_PIECE):
                out.write(piece)
            out.flush()
            maildir.settle(out.fileno(), each.received)
        watcher.advance()
    maildir.sync_directory(folder / "cur")


def _mbox(reader: Reader, path: Path, wanted: Sequence[Placed], watcher: Watcher) -> None:
    """The kind called mboxrd: lines that begin with "From ", however often quoted, are quoted once more."""
    unfinished = path.with_name(path.name + ".part")
    with unfinished.open("wb") as out:
        for each in wanted:
            moment = datetime.fromtimestamp(each.received / 1000, UTC)
            out.write(f"From MAILER-DAEMON {moment:%a %b %d %H:%M:%S %Y}\n".encode("ascii"))
            with reader.open(each.message) as body:
                out.writelines(_quoted(body, each.flags))
            out.write(b"\n")
            watcher.advance()
    unfinished.rename(path)


def _quoted(body: BinaryIO, flags: str) -> Iterator[bytes]:
    in_header = True
    for raw in body:
        line = raw.removesuffix(b"\n").removesuffix(b"\r")
        if in_header and not line:
            yield _status(flags)
            in_header = False
        quoted = line.startswith(b"From ") or line.lstrip(b">").startswith(b"From ")
        yield (b">" if quoted else b"") + line + b"\n"
    if in_header:
        yield _status(flags)


def _status(flags: str) -> bytes:
    """The flags as mbox programs keep them, in two headers of their own."""
    known = set(letters(flags))
    more = "".join(
        letter for flag, letter in (("R", "A"), ("F", "F"), ("D", "T"), ("T", "D")) if flag in known
    )
    return f"Status: {'R' if 'S' in known else ''}O\nX-Status: {more}\n".encode()
