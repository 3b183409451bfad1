"""A made-up mailbox like a real one: sizes log-normal with a mean of 18.4 kB, 6 % of the messages with attachments."""

import base64
import itertools
import os
import random
from pathlib import Path

MEAN_BYTES = 18_400
_SPREAD = 1.1
_ATTACHED = 0.06
_EPOCH = 1_400_000_000
_POOL = 4_000_000


def fill(maildir: Path, count: int, seed: int = 1, first: int = 0) -> int:
    """Write so many messages into a Maildir that a server serves; bytes of them, as they go over the wire."""
    chance = random.Random(seed)  # noqa: S311 - made-up mail
    pool = _pool(chance)
    for part in ("cur", "new", "tmp"):
        (maildir / part).mkdir(parents=True, exist_ok=True)
    total = 0
    for number in range(first, first + count):
        data = message(number, chance, pool)
        total += len(data)
        path = maildir / "cur" / f"{_EPOCH + number}.M{number:06d}.made:2,{'S' if number % 5 else ''}"
        path.write_bytes(data)
        os.utime(path, (_EPOCH + number, _EPOCH + number))
    return total


def message(number: int, chance: random.Random, pool: bytes) -> bytes:
    """One message, with CRLF line ends."""
    head = (
        f"Message-ID: <{number}.{chance.randrange(10**9)}@made-up.example>\r\n"
        f"Date: {_date(number)}\r\nFrom: Person {number % 300} <p{number % 300}@made-up.example>\r\n"
        f"To: me@made-up.example\r\nSubject: {_slice(pool, chance, 40).decode().split(chr(13))[0][:60]}\r\n"
        "MIME-Version: 1.0\r\n"
    ).encode()
    size = int(chance.lognormvariate(9.82 - _SPREAD**2 / 2, _SPREAD))
    if chance.random() >= _ATTACHED:
        return head + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + _slice(pool, chance, size)
    body = _slice(pool, chance, min(size, 3000))
    data = base64.encodebytes(chance.randbytes(size)).replace(b"\n", b"\r\n")
    return (
        head + b'Content-Type: multipart/mixed; boundary="=b="\r\n\r\n--=b=\r\n'
        b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + body + b"\r\n--=b=\r\n"
        b'Content-Type: application/pdf; name="bill.pdf"\r\nContent-Transfer-Encoding: base64\r\n'
        b'Content-Disposition: attachment; filename="bill.pdf"\r\n\r\n' + data + b"--=b=--\r\n"
    )  # fmt: skip


def large(path: Path, size: int) -> None:
    """One message of so many bytes."""
    line = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo" * 2 + b"AAAA\r\n"
    path.write_bytes(
        b"Subject: a large one\r\nMessage-ID: <large@made-up.example>\r\n\r\n" + line * (size // len(line))
    )


def _pool(chance: random.Random) -> bytes:
    """Text of 20,000 made-up words, as often as words are (Zipf), in lines."""
    letters = "abcdefghiklmnoprstuvw"
    words = ["".join(chance.choices(letters, k=chance.randint(2, 11))) for _ in range(20_000)]
    weights = list(itertools.accumulate(1 / rank for rank in range(1, len(words) + 1)))
    text: list[str] = []
    for line in range(_POOL // 70):
        text.append(" ".join(chance.choices(words, cum_weights=weights, k=11)) + f" {line}\r\n")
    return "".join(text).encode()


def _slice(pool: bytes, chance: random.Random, size: int) -> bytes:
    at = chance.randrange(max(1, len(pool) - size))
    at = pool.find(b"\n", at) + 1
    return pool[at : pool.find(b"\n", at + size) + 1 or None]


def _date(number: int) -> str:
    day, second = divmod(number * 977, 86_400)
    return f"{day % 28 + 1} May 2014 {second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d} +0000"
