"""Mail that was mangled at random, for a minute: nothing fails, and nothing takes long."""

import random
import time

import pytest

from lightship.endure.reading.message import opened
from lightship.endure.reading.plain import text_of
from lightship.endure.reading.sanitise import sanitise
from tests.support.hostile_mail import CORPUS

PIECES = [
    b"=?utf-8?b?", b"?=", b"--b\n", b"Content-Type: multipart/mixed; boundary=b\n", b"<b x=", b"<table><tr>",
    b"Content-Transfer-Encoding: base64\n", b"Content-Transfer-Encoding: x-uuencode\n", b"begin 644 x\n", b"\x1b[",
    b"charset*0=", b"filename*=utf-8''%", b"message/rfc822", b"\xff\xfe", b"\n\n", b"Content-Type: text/html\n",
]  # fmt: skip
SECONDS = 60


def mangled(data: bytes, chance: random.Random) -> bytes:
    """The message after some accidents."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        at, what = chance.randrange(len(found) + 1), chance.random()
        if what < 0.5:
            found[at:at] = chance.choice(PIECES) * chance.choice([1, 1, 1, 50])
        elif what < 0.8:
            del found[at : at + chance.randint(1, 40)]
        else:
            found[at:at] = chance.randbytes(5)
    return bytes(found)


@pytest.mark.soak
def test_mangled_mail_for_a_minute() -> None:
    chance = random.Random(7)
    base = [raw for raw in CORPUS.values() if len(raw) < 20_000]
    end, slowest = time.monotonic() + SECONDS, 0.0
    while time.monotonic() < end:
        raw = mangled(chance.choice(base), chance)
        began = time.process_time()
        message, _ = opened(raw)
        for block in message.rich + message.plain:
            if block.kind == "html":
                sanitise(block.content)
                text_of(block.content)
        slowest = max(slowest, time.process_time() - began)
    assert slowest < 5.0
