"""Does what the diagnosed component had taken down answer again? Then it is back, whatever people still feel.

A component that has failed whole takes down every path that wholly needs it. So one such path that answers again, seen
from two networks (or from the only one that there is), refutes that it is still out.
"""

import msgspec

from lightship.detect.evidence import Evidence
from lightship.follow.state import Path
from lightship.prevent.footprints import Footprints
from lightship.vocabulary.diagnosis import Diagnosis
from lightship.vocabulary.observables import ProbeRow
from lightship.vocabulary.rounding import rounded
from lightship.vocabulary.time import MINUTE, Instant

WHOLLY = 0.99
LIKELY = 0.5
"""From this probability of the class on, its paths are watched."""

ANSWERS_FOR = 5 * MINUTE
AT_LEAST, NEARLY_ALL = 5, 0.9
"""Ticks that a path must have failed for to count as down, and the share of the spell's ticks."""


def watched_paths(paths: tuple[Path, ...], diagnosis: Diagnosis | None, feet: Footprints) -> tuple[Path, ...]:
    """The paths that wholly need the diagnosed component, with what is known of them already."""
    version = feet.network.version
    paths = tuple(each for each in paths if each.map_version == version)
    if diagnosis is None or diagnosis.chosen not in feet.index or diagnosis.probability < LIKELY:
        return paths
    number = feet.index[diagnosis.chosen]
    start, end = feet.share.indptr[number], feet.share.indptr[number + 1]
    cells = zip(feet.share.indices[start:end].tolist(), feet.share.data[start:end].tolist(), strict=True)
    rows = sorted(row for row, share in cells if share >= WHOLLY and isinstance(feet.rows[row], ProbeRow))
    known = {each.row: each for each in paths}
    return tuple(known.get(row, Path(row, version)) for row in rows)


def looked_at(paths: tuple[Path, ...], evidence: Evidence, at: Instant) -> tuple[Path, ...]:
    """The paths after one more tick. The evidence counts failures from the start of its window on."""
    return tuple(_looked_at(each, evidence, at) for each in paths)


def _looked_at(path: Path, evidence: Evidence, at: Instant) -> Path:
    seen, expected = rounded(float(evidence.seen[path.row])), rounded(float(evidence.expected[path.row]))
    if path.measured_at is None:
        # The first look: what had failed before may be a blip of each, hours apart.
        path = msgspec.structs.replace(path, measured_at=at)
    elif seen > path.seen:
        path = _failed(path, at)
    elif expected != path.expected:
        path = msgspec.structs.replace(path, measured=path.measured + 1, measured_at=at)
    return msgspec.structs.replace(path, seen=seen, expected=expected)


def _failed(path: Path, at: Instant) -> Path:
    """One more failure: of this spell, or the first of another one, if it had answered for a while."""
    if path.failed_at is None or answers(path):
        return msgspec.structs.replace(path, failing=1, spell=1, measured=1, failed_at=at, measured_at=at)
    measured = path.measured + 1
    return msgspec.structs.replace(
        path, failing=path.failing + 1, spell=measured, measured=measured, failed_at=at, measured_at=at
    )


def answers(path: Path) -> bool:
    """Whether a path that had failed has answered for five minutes."""
    if path.failed_at is None or path.measured_at is None:
        return False
    return path.measured_at - path.failed_at >= ANSWERS_FOR


def _was_down(path: Path) -> bool:
    """Whether it failed (nearly) every time for a while. Where some attempts got through, only a part had failed, and a
    run of good luck would look like recovery."""
    return path.failing >= AT_LEAST and path.failing >= NEARLY_ALL * path.spell


def answers_since(paths: tuple[Path, ...], feet: Footprints) -> Instant | None:
    """Since when paths that were down answer again, from two networks or from the only one; None: they do not."""
    down = [each for each in paths if _was_down(each)]
    again = [each for each in down if answers(each)]
    if not again or _networks(again, feet) < min(_networks(list(paths), feet), 2):
        return None
    return min(each.failed_at for each in again if each.failed_at is not None)


def fails_again(paths: tuple[Path, ...], back: Instant, feet: Footprints) -> bool:
    """Whether all paths that were down since it was back still are, from two networks or from the only one."""
    down = [
        each for each in paths if _was_down(each) and each.failed_at is not None and each.failed_at > back
    ]
    if not down or any(answers(each) for each in paths if _was_down(each)):
        return False
    return _networks(down, feet) >= min(_networks(list(paths), feet), 2)


def _networks(paths: list[Path], feet: Footprints) -> int:
    """How many access networks they are seen from."""
    rows = [feet.rows[each.row] for each in paths]
    return len(dict.fromkeys(row.network for row in rows if isinstance(row, ProbeRow)))
