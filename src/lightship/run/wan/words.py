"""What is shown of a line: its state in words, what is done or would be done, and why."""

from collections.abc import Sequence
from typing import Literal

from lightship.endure.wan.decider import Decider
from lightship.endure.wan.decisions import State
from lightship.endure.wan.line import RANK, Line

MEANINGS: dict[State, str] = {
    "good": "answers", "suspect": "answers are missing, asked more often",
    "brown": "loses too many packets", "dead": "nothing is answered", "returning": "answers again, has to prove it",
    "no-dns": "no resolver answers", "captive": "a portal answers instead of the internet",
    "metered-out": "its allowance is used up", "no-link": "no carrier or no route",
}  # fmt: skip
"""State -> in a few words. Also what the switch away from a line gives as its reason."""

REASONS = {"returned": "it is well again", "asked": "you asked for it"}


def why(reason: str) -> str:
    """A switch's reason in words.

    >>> why("brown")
    'loses too many packets'
    """
    return REASONS.get(reason) or MEANINGS.get(reason, reason)  # type: ignore[call-overload]  # a State, or one of ours


def shown(line: Line) -> State | Literal["unknown"]:
    """The state of a line for people and machines: nobody calls good what was never heard."""
    return "unknown" if line.state == "good" and line.path.rtt is None else line.state


def doing(at: float, number: int, decider: Decider, acting: bool) -> str:
    """What is done with a line, or would be: one short sentence."""
    line, active = decider.lines[number], decider.lines[decider.active]
    if number == decider.active:
        if shown(line) == "unknown":
            return "nothing heard yet"
        if RANK[line.state] > RANK["brown"] or line.state == "returning":
            return "carries the traffic" if acting else "would carry the traffic"
        return f"{MEANINGS[line.state]}; kept, no other line is proven to be better"
    if line.state == "good" and number < decider.active:
        return _return(at, decider)
    if line.state != "good" and RANK[line.state] <= RANK[active.state]:
        return f"not used: {MEANINGS[line.state]}"
    return f"ready, should {active.uplink.name} fail" if line.answers(at) or _rarely(line) else "not proven"


def _rarely(line: Line) -> bool:
    return line.pace == "trickle" and line.path.rtt is not None


def _return(at: float, decider: Decider) -> str:
    if decider.wish == "stay":
        return "well again; staying where we are, as you asked (--back ends it)"
    left = decider.hold.until - at
    return f"well again; back in {left:.0f} s" if left > 0 else "well again; back at once"


def ago(seconds: float) -> str:
    """How long ago, for people.

    >>> ago(0.4), ago(31.0), ago(400.0), ago(float("inf"))
    ('now', '31 s ago', '7 min ago', 'never')
    """
    if seconds == float("inf"):
        return "never"
    if seconds < 2.0:
        return "now"
    return f"{seconds:.0f} s ago" if seconds < 120 else f"{seconds / 60:.0f} min ago"


def listed(names: Sequence[str]) -> str:
    """Names as people list them.

    >>> listed(["eth0"]), listed(["eth0", "wwan0", "sat0"])
    ('eth0', 'eth0, wwan0 and sat0')
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
