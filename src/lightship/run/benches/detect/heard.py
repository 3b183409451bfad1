"""What the engine said, as the bench keeps it."""

import msgspec

from lightship.vocabulary.alarms import Alarm


class Heard(msgspec.Struct, frozen=True):
    """One alarm past its budget.

    Args:
        tick: first tick in which it was past its threshold. row_class, subject: as said then.
        margin: most nats above the threshold while it stood. public: a tick in which it became fit for the public.
    """

    id: str
    tick: int
    row_class: str
    subject: str
    margin: float
    public: int | None


def is_past(alarm: Alarm) -> bool:
    """Does it count against the promise? Past its threshold, and not put down to somebody else."""
    return alarm.state != "recovered" and alarm.row_class != "neighbour" and alarm.score >= alarm.threshold


def stands(alarm: Alarm) -> bool:
    """Is it still told? What was called an outage stays one until it has recovered, though its score may fall."""
    return is_past(alarm) or alarm.state == "outage"


class Ear:
    """Gathers alarms over a run."""

    def __init__(self) -> None:
        self.heard: dict[str, Heard] = {}

    def listen(self, tick: int, alarms: tuple[Alarm, ...]) -> None:
        """Take in one tick's alarms."""
        for alarm in alarms:
            if is_past(alarm):
                self._past(tick, alarm)

    def _past(self, tick: int, alarm: Alarm) -> None:
        margin, public = alarm.score - alarm.threshold, tick if alarm.public else None
        before = self.heard.get(alarm.id)
        if before is None:
            self.heard[alarm.id] = Heard(alarm.id, tick, alarm.row_class, alarm.subject, margin, public)
        elif margin > before.margin or (before.public is None and public is not None):
            self.heard[alarm.id] = msgspec.structs.replace(
                before, margin=max(margin, before.margin),
                public=before.public if before.public is not None else public,
            )  # fmt: skip
