"""`wan advise`, put together: the history summed up, a line at a time."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import msgspec

from lightship.edges.links.history import Minute, last_proofs, measured, state_folder
from lightship.endure.wan.advice import ENOUGH_MINUTES, Advice, Watched
from lightship.endure.wan.advice import advise as advised
from lightship.endure.wan.uplinks import TargetKind
from lightship.vocabulary.errors import BadInput

_KINDS = get_args(TargetKind)


def advice(data: Path | None, days: int) -> tuple[list[Advice], list[tuple[str, str]]]:
    """What to set for each line, the unmetered first; and the lines about which too little is known, and why.

    Raises:
        BadInput: there is no history.
    """
    folder = data or state_folder()
    rows = measured(folder, since=int(time.time() // 60) - days * 1440)
    if not rows:
        raise BadInput(
            str(folder), "no history of the last days", "let `lightship wan watch` run for a week first"
        )
    metered = {each.uplink: each.metered for each in last_proofs(folder)}
    names = sorted({each.uplink for each in rows}, key=lambda name: (metered.get(name, False), name))
    found, missing = list[Advice](), list[tuple[str, str]]()
    for name in names:
        made = advised(summed([each for each in rows if each.uplink == name]), metered.get(name, False))
        if made is None:
            missing.append((name, f"no address that was pinged for {ENOUGH_MINUTES} min is a good monitor"))
        else:
            found.append(made)
    return found, missing


def summed(rows: Sequence[Minute]) -> list[Watched]:
    """The minutes of each target as one. Targets of a kind that we do not ask are left out."""
    by_target: dict[str, list[Minute]] = {}
    for each in rows:
        by_target.setdefault(each.target, []).append(each)
    return [_summed(name, minutes) for name, minutes in by_target.items() if name.partition(" ")[0] in _KINDS]


def _summed(name: str, minutes: Sequence[Minute]) -> Watched:
    loss = sorted(each.lost / (each.answered + each.lost) for each in minutes)
    usual = sorted(each.rtt_sum / each.answered for each in minutes if each.answered) or [0.0]
    longest = sorted(each.rtt_max for each in minutes if each.answered) or [0.0]
    kind, _, address = name.partition(" ")
    asked = msgspec.convert(kind, TargetKind)
    return Watched(minutes[0].uplink, address, asked, len(minutes), _at(loss, 0.5), _at(loss, 0.99), _at(usual, 0.5),
                   _at(longest, 0.99))  # fmt: skip


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]
