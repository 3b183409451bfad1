"""What a segment shelf makes of a message in an encrypted copy."""

import hashlib
import io
from collections.abc import Callable

import zstandard

from lightship.edges.mailboxes.copy.adopting import message_id
from lightship.edges.mailboxes.copy.sealing import FRONT, MARK, About, Sealing
from lightship.edges.mailboxes.copy.segments import Frame
from lightship.edges.mailboxes.copy.shelf import Prepared
from lightship.edges.mailboxes.copy.spilling import SpilledFile, Through
from lightship.vocabulary.time import Instant


def through(
    key: bytes, compressor: zstandard.ZstdCompressor, size: int
) -> Callable[[Callable[[bytes], object]], Through]:
    """For a large message: it never lies on disk in the clear."""
    return lambda write: Sealing(key, compressor, write, size)


def sealed(
    key: bytes, compressor: zstandard.ZstdCompressor, body: bytes | SpilledFile, received: Instant
) -> Prepared:
    """Hashed, compressed and sealed; a large one was so while it came."""
    if isinstance(body, SpilledFile):
        assert isinstance(body.through, Sealing), "spilled by this shelf"
        about = About(body.hash, received, body.size)
        frame = _frame(body.through, about, body.path.stat().st_size)._replace(data=body.path)
        return Prepared(body.hash, body.size, message_id(body.start), frame)
    out = io.BytesIO()
    sealing = Sealing(key, compressor, out.write, len(body))
    sealing.write_whole(body)
    sealing.close()
    about = About(hashlib.sha256(body).digest(), received, len(body))
    frame = _frame(sealing, about, out.tell())._replace(data=out.getvalue())
    return Prepared(about.hash, about.size, message_id(body), frame)


def _frame(sealing: Sealing, about: About, length: int) -> Frame:
    before = sealing.before(about)
    return Frame(FRONT.pack(MARK, len(before) + length), before, b"", len(before) + length)
