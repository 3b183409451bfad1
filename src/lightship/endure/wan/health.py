"""Whether one line carries packets: silence of all its targets, and a sequential test of loss on each."""

from math import log

from lightship.endure.wan.rules import Rules
from lightship.endure.wan.silence import Silence
from lightship.endure.wan.uplinks import PATH, Uplink

FEW = 1.5
"""Log-likelihood ratio that a loss leaves behind for a few seconds: the line is looked at more closely."""


ONE_EVENT = 0.5
"""Seconds within which a target's losses are one event: a cut is not many losses, and has a test of its own."""
IN_ONE_EVENT = (1.0, 0.5)
"""What the losses of one event count, in order; further ones nothing."""


class TargetHealth:
    """One target on one line.

    Attributes:
        level: CUSUM of loss, log-likelihood ratio of bad against usual, never below 0.
        lost, answered: in a row. dead: its own trouble, left out of every quorum.
        event_at: when the first probe of the last event of loss was sent; event: how many were lost in it.
    """

    __slots__ = ("answered", "dead", "event", "event_at", "level", "lost")

    def __init__(self) -> None:
        self.level, self.lost, self.answered, self.dead = 0.0, 0, 0, False
        self.event_at, self.event = float("-inf"), 0

    def weight(self, sent_at: float) -> float:
        """What one more loss counts."""
        if sent_at - self.event_at > ONE_EVENT:
            self.event_at, self.event = sent_at, 0
        self.event += 1
        return IN_ONE_EVENT[self.event - 1] if self.event <= len(IN_ONE_EVENT) else 0.0


class PathHealth:
    """The path of one line, from the answers of its targets.

    Loss is never pooled over targets: one dead target out of three would look like 33 % loss.

    Attributes:
        last_answer: when the newest answer came; minus infinity before the first. answered_sent: when the newest
            probe that was answered had been sent.
        rtt: smoothed, in seconds (RFC 6298, alpha 1/8); None before the first answer.
        clean: CUSUM of good against bad since the line was given up, over the targets that live.
    """

    def __init__(self, uplink: Uplink, rules: Rules) -> None:
        self.rules = rules
        self.numbers = [n for n, each in enumerate(uplink.targets) if each.kind in PATH]
        self.targets = [TargetHealth() for _ in uplink.targets]
        self.silence = Silence()
        self.last_answer = self.answered_sent = float("-inf")
        self.rtt: float | None = None
        self.clean = 0.0
        self._levels: tuple[float, float] | None = (0.0, 0.0)
        self.loss_step = log(rules.bad_loss / rules.usual_loss)
        self.answer_step = log((1.0 - rules.usual_loss) / (1.0 - rules.bad_loss))

    def answered(self, at: float, target: int, rtt: float) -> bool:
        """An answer, after `rtt` seconds. True where the target had been given up and lives again."""
        self.last_answer = at
        if at - rtt > self.answered_sent:
            self.answered_sent = at - rtt
        if self.silence.since is not None:
            self._heard()
        before = self.rtt
        self.rtt = rtt if before is None else before + (rtt - before) * 0.125
        each = self.targets[target]
        if each.level:
            level = each.level - self.answer_step
            each.level = level if level > 0.0 else 0.0
            self._levels = None
        each.lost = 0
        self.clean += self.answer_step
        return each.dead and self._revived(each)

    def _heard(self) -> None:
        if self.silence.targets >= self.rules.targets:  # the line was out, so no target died by itself
            for each in self.targets:
                each.lost = 0
        self.silence.over()

    def _revived(self, each: TargetHealth) -> bool:
        each.answered += 1
        if each.answered >= self.rules.target_back:
            each.dead, self._levels = False, None
        return not each.dead

    def late(self, at: float, target: int, age: float) -> bool:
        """An answer is overdue. True where that is part of a silence: nothing sent later was answered either."""
        if self.targets[target].dead or at - age <= self.answered_sent:
            return False
        self.silence.unanswered(at - age, target)
        return True

    def lost(self, at: float, target: int, age: float) -> bool:
        """A probe is given up, `age` seconds after it was sent. True where the target is now taken for dead."""
        each = self.targets[target]
        each.lost += 1
        each.answered = 0
        if each.dead:
            return False
        self._levels = None
        step = self.loss_step * each.weight(at - age)
        each.level += step
        self.clean = max(0.0, self.clean - step)
        alone = self.silence.asked in (0, 1 << target)
        if each.lost >= self.rules.target_dead and alone and len(self._live()) > 1:
            each.dead, each.level = True, 0.0
        return each.dead

    def _live(self) -> list[TargetHealth]:
        return [self.targets[n] for n in self.numbers if not self.targets[n].dead]

    def is_silent(self, at: float) -> bool:
        """Whether the line is dead: silence on enough targets, often enough, for long enough."""
        if self.silence.since is None or self.silence.count < self.rules.unanswered:
            return False
        live = len(self._live())
        if live < self.rules.targets:
            return self.silence.lasts(at) >= self.rules.confirm_alone
        if self.silence.targets < self.rules.targets:
            return False
        return self.silence.lasts(at) >= self.rules.confirm + self._patience()

    def _patience(self) -> float:
        """A slow line needs more time to show that it lives: two round trips, 50 ms to half a second."""
        return min(max(2.0 * (self.rtt or 0.0), 0.05), 0.5)

    def levels(self) -> tuple[float, float]:
        """The lowest level among living targets, and the one that half of them reach.

        Two targets out of two, two out of three, two out of four. A single target has to be twice as bad.
        """
        if self._levels is None:
            found = sorted(each.level for each in self._live())
            self._levels = (found[0], found[(len(found) - 1) // 2] if len(found) > 1 else found[0] / 2)
        return self._levels

    def is_brown(self) -> bool:
        """Whether the loss is bad: on half of the targets for sure, on all of them by half."""
        lowest, middle = self.levels()
        return middle >= self.rules.brown and lowest >= self.rules.brown / 2

    def is_lossy(self) -> bool:
        """Whether there is something to look at more closely."""
        return self.levels()[1] >= FEW

    def begin_anew(self) -> None:
        """The line was given up, or has proven itself: what was lost before counts no more."""
        self.clean, self._levels = 0.0, (0.0, 0.0)
        for each in self.targets:
            each.level = 0.0

    def slept(self) -> None:
        """We did not look ourselves: what was in flight proves nothing."""
        self.silence.over()
