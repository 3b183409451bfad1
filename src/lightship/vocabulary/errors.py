"""What can be wrong on our side of the line. Trouble out there is data, never an exception.

LightshipError
├── BadInput        a file, address or form is malformed: names the place, what was found, what would do
├── StoreRefused    the store cannot be used as it is: newer version, locked by another hub, disk full, read-only
└── Unreachable     something that the command needs did not answer
"""


class LightshipError(Exception):
    """Something that a person can mend. The text is shown as it is; `exit_code` ends the command."""

    exit_code = 1


class BadInput(LightshipError):
    """A malformed file, address or form.

    Args:
        place: where it stands, as precisely as known ("map.yaml:12:5 components[3].needs[0].on").
        found: what stands there.
        would_do: what would be accepted.
    """

    exit_code = 3

    def __init__(self, place: str, found: str, would_do: str = "") -> None:
        self.place, self.found, self.would_do = place, found, would_do
        super().__init__(f"{place}: {found}" + (f"; {would_do}" if would_do else ""))


class StoreRefused(LightshipError):
    """The store cannot be used as it is, and nothing in it was changed."""

    exit_code = 4


class Unreachable(LightshipError):
    """Something that the command needs did not answer."""

    exit_code = 5
