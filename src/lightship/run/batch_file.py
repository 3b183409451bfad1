"""A file of reports, handed in piece by piece: to the hub of this machine through its book, or to one elsewhere."""

import hashlib
import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from lightship.edges.clock import now
from lightship.edges.intake.desk import handed_in, rows
from lightship.edges.intake.desk.book import Book
from lightship.edges.intake.desk.handed_in import Added, Batch
from lightship.edges.intake.desk.rows import RowError
from lightship.edges.probes.secrets import secret
from lightship.edges.web.reporting import published_place
from lightship.run.planning import read
from lightship.vocabulary.errors import BadInput, Unreachable

PIECE = 8 * 1024 * 1024
"""Octets of a batch; a longer file is handed in as several."""
SECONDS = 120.0


class Total(msgspec.Struct, frozen=True):
    """What became of a file. `errors`: the first hundred."""

    batches: int = 0
    counted: int = 0
    repeats: int = 0
    known: int = 0
    refused: int = 0
    errors: tuple[RowError, ...] = ()

    def plus(self, added: Added, line: int) -> "Total":
        """With one more batch, whose first line stands on that line of the file."""
        more = tuple(msgspec.structs.replace(each, line=each.line + line) for each in added.errors)
        known = self.known + added.known + (added.counted + added.repeats if added.again else 0)
        new = 0 if added.again else 1
        return Total(
            self.batches + 1, self.counted + new * added.counted, self.repeats + new * added.repeats, known,
            self.refused + added.refused, (*self.errors, *more)[: rows.MOST_ERRORS],
        )  # fmt: skip

    def words(self, file: Path) -> str:
        """For people."""
        parts = [
            f"{self.counted:,} counted", f"{self.repeats:,} of callers who had reported already",
            f"{self.known:,} handed in before", f"{self.refused:,} refused",
        ]  # fmt: skip
        lines = [f"{file}: {', '.join(parts)}."]
        lines += [f"  {file}:{each}" for each in self.errors]
        if self.refused > len(self.errors):
            lines.append(f"  ... and {self.refused - len(self.errors):,} more")
        return "\n".join(lines)


Take = Callable[[Path], Total]
Send = Callable[[bytes, bool], Added]


def local(hub: Path, partner: str) -> Take:
    """Into the book beside the hub's store; the hub may run or not. Raises BadInput, StoreRefused."""
    plan = read(hub)
    place = published_place(plan.site)
    if plan.reports is None or place is None:
        raise BadInput(
            str(hub), "this hub takes no reports" if plan.reports is None else "it has not published anything yet",
            "write reports: {} into it" if plan.reports is None else "start it once: lightship serve",
        )  # fmt: skip
    known = plan.reports.partners.get(partner)
    networks = known.networks if known else handed_in.NETWORKS

    def send(body: bytes, is_csv: bool) -> Added:
        checked = rows.checked((rows.csv_rows if is_csv else rows.ndjson)(body), place.rows(), now())
        return handed_in.add(book, Batch(partner, "", handed_in.digest(body), checked, networks), now())

    book = Book(plan.store.with_suffix(".reports.db"))
    return lambda file: _all(file, send)


def remote(address: str, token: str) -> Take:
    """To a hub's interface. Raises BadInput, Unreachable."""
    if not address.startswith(("https://", "http://")):
        raise BadInput("--to", repr(address), "an address that begins with https://")
    word, url = secret(token, "--token"), f"{address.rstrip('/')}/api/v1/reports/batch"

    def send(body: bytes, is_csv: bool) -> Added:
        kind = "text/csv" if is_csv else "application/x-ndjson"
        told = {
            "Content-Type": kind, "Authorization": f"Bearer {word.value}",
            "Idempotency-Key": hashlib.sha256(body).hexdigest()[:32],
        }  # fmt: skip
        request = urllib.request.Request(url, body, told, method="POST")  # noqa: S310 - checked above
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
                return msgspec.json.decode(answer.read(), type=Added)
        except urllib.error.HTTPError as error:
            raise Unreachable(f"{url}: {error.code}: {_detail(error.read())}") from None
        except (OSError, http.client.HTTPException, msgspec.MsgspecError) as error:
            raise Unreachable(
                f"{url}: {getattr(error, 'reason', error)}; nothing is lost, try again"
            ) from None

    return lambda file: _all(file, send)


def _detail(body: bytes) -> str:
    try:
        return str(json.loads(body)["detail"])[:300]
    except (ValueError, KeyError, TypeError):
        return "no reason given"


def _all(file: Path, send: Send) -> Total:
    """Batch by batch. What was taken before an error stays taken, and is known when the file is handed in again."""
    total, is_csv = Total(), file.suffix.lower() == ".csv"
    for first, body in _pieces(file, is_csv):
        total = total.plus(send(body, is_csv), first)
    if total.batches == 0:
        raise BadInput(str(file), "nothing in it", "a row a line")
    return total


def _pieces(file: Path, is_csv: bool) -> Iterator[tuple[int, bytes]]:
    """Whole lines, and how many lines stand before them; of CSV each piece with the line of names."""
    with file.open("rb") as lines:
        head = lines.readline() if is_csv else b""
        piece, size, first, count = [head] if is_csv else [], 0, 0, 0
        quoted = head.count(b'"') % 2
        for each in lines:
            piece.append(each)
            size, count, quoted = size + len(each), count + 1, (quoted + each.count(b'"')) % 2
            if size >= PIECE and not (is_csv and quoted):
                yield first, b"".join(piece)
                piece, size, first = [head] if is_csv else [], 0, count
        if size:
            yield first, b"".join(piece)
