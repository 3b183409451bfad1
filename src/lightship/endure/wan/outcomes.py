"""What one probe came to. Whole numbers, because a decider takes half a million of them a second."""

from typing import Final

ANSWERED: Final = 0
"""A right answer; `seconds` is the round trip. An answer that comes late follows a LATE."""
LATE: Final = 1
"""Not answered yet, though three usual round trips have passed; `seconds` is how long ago it was sent."""
LOST: Final = 2
"""Given up; `seconds` is how long ago it was sent."""
WRONG: Final = 3
"""Answered by somebody else, or with a refusal: a captive portal's page, a resolver's SERVFAIL."""

NAMES: Final = ("answered", "late", "lost", "wrong")
