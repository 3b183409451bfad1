"""What a stream that was heard is worth: loss, jitter, delay, and from these the MOS."""

import statistics
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from lightship.edges.probes.voice.quality import burst_ratio, mos, rating
from lightship.edges.probes.voice.rtp import RATE, SAMPLES, Heard

PLAYED_AFTER_MS = 60.0
"""What a telephone holds back before it plays, to even out jitter: a usual size. Later packets are as good as lost."""

PACKET_MS = 20.0


class Sound(msgspec.Struct, frozen=True):
    """How a call was to hear.

    Args:
        loss_percent: of the packets; of an echo there and back, else as the stream's own numbers tell.
        late_percent: came, and too late to be played.
        jitter_ms: RFC 3550, 6.4.1, at the end. round_trip_ms: median; None: nothing of ours came back.
    """

    sent: int
    heard: int
    echoed: int
    loss_percent: float
    late_percent: float
    jitter_ms: float
    round_trip_ms: float | None
    mos: float


def judged(sent: Sequence[int], heard: Sequence[Heard], signalling_ms: float) -> Sound:
    """Judge a call.

    Args:
        sent: when each of our packets went, in nanoseconds.
        signalling_ms: a round trip of the signalling, which stands for that of the sound where none is known.
    """
    back = {each.ours: each for each in reversed(heard) if each.ours is not None}
    left = [_left(each, heard[0], sent) for each in heard]
    late = _late(heard, left)
    if back:
        came = [n in back and back[n].sequence not in late for n in range(len(sent))]
        lost = 100.0 * (len(sent) - len(back)) / len(sent)
        round_trip = statistics.median((each.at - sent[n]) / 1e6 for n, each in back.items())
    else:
        came, lost, round_trip = *_by_number(heard, late), None
    delay = (round_trip if round_trip is not None else signalling_ms) / 2 + PACKET_MS + PLAYED_AFTER_MS
    unplayed = 100.0 * came.count(False) / len(came) if came else 100.0
    return Sound(
        len(sent), len(heard), len(back), lost, max(0.0, unplayed - lost), jitter_ms(heard, left),
        None if round_trip is None else max(0.0, round_trip), mos(rating(delay, unplayed, burst_ratio(came))),
    )  # fmt: skip


def jitter_ms(heard: Sequence[Heard], left: Sequence[float]) -> float:
    """Interarrival jitter by RFC 3550, 6.4.1 and A.8. `left`: when each was sent, in seconds from any beginning."""
    jitter = 0.0
    for (before, sent_before), (each, sent) in pairwise(zip(heard, left, strict=True)):
        jitter += (abs((each.at - before.at) / 1e9 - (sent - sent_before)) - jitter) / 16
    return 1000 * jitter


def _left(each: Heard, first: Heard, sent: Sequence[int]) -> float:
    """When it was sent: of ours we know it, and our own unsteadiness is not the line's; else it says so itself."""
    return sent[each.ours] / 1e9 if each.ours is not None else _signed(each.stamp - first.stamp, 32) / RATE


def _late(heard: Sequence[Heard], left: Sequence[float]) -> frozenset[int]:
    """Numbers of packets that came later than the earliest one allows for."""
    transits = [each.at / 1e9 - sent for each, sent in zip(heard, left, strict=True)]
    latest = min(transits, default=0.0) + PLAYED_AFTER_MS / 1000
    return frozenset(each.sequence for each, transit in zip(heard, transits, strict=True) if transit > latest)


def _by_number(heard: Sequence[Heard], late: frozenset[int]) -> tuple[list[bool], float]:
    """Which came, from the first number to the last (RFC 3550, A.3), and what share was lost in per cent."""
    if not heard:
        return [], 100.0
    first = heard[0].sequence
    there = {_signed(each.sequence - first, 16): each.sequence not in late for each in heard}
    low, high = min(there), max(there)
    expected = high - low + 1
    if expected > 10 * len(heard) + SAMPLES:  # another stream began in between: its numbers say nothing
        return [True] * len(heard), 0.0
    came = [there.get(n, False) for n in range(low, high + 1)]
    return came, 100.0 * (expected - len(there)) / expected


def _signed(difference: int, bits: int) -> int:
    """A difference of numbers that begin again at 2^bits."""
    half = 1 << (bits - 1)
    return (difference + half) % (1 << bits) - half
