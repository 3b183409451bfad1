"""How long a return has to wait: a line that fails again and again is trusted less each time."""

from dataclasses import dataclass

from lightship.endure.wan.rules import Rules


@dataclass
class Hold:
    """Doubles with each trip that follows the last one closely.

    Args:
        seconds: of the present hold; 0 before the first trip. until: no return before it.
    """

    rules: Rules
    seconds: float = 0.0
    until: float = float("-inf")
    last: float = float("-inf")

    def tripped(self, at: float) -> None:
        """The first line was left."""
        again = at - self.last <= self.rules.hold_memory + self.seconds
        self.seconds = min(self.seconds * 2, self.rules.hold_most) if again else self.rules.hold
        self.until, self.last = at + self.seconds, at

    def forget(self) -> None:
        """A person knows better."""
        self.seconds, self.until, self.last = 0.0, float("-inf"), float("-inf")
