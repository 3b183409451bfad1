"""Which compressed forms a client can read."""

from typing import Literal

Coding = Literal["br", "gzip", "identity"]

OURS: tuple[Coding, ...] = ("br", "gzip", "identity")
"""The smallest first."""


def readable(accepts: str) -> tuple[Coding, ...]:
    """The forms to try in turn, by an `Accept-Encoding` header (RFC 9110, section 12.5.3). Always ends with plain text,
    which is better than an answer that nobody reads.

    >>> readable("gzip, deflate, br"), readable("gzip;q=0.5, br;q=0")
    (('br', 'gzip', 'identity'), ('gzip', 'identity'))
    >>> readable("br;q=0.1, gzip"), readable("")
    (('gzip', 'br', 'identity'), ('identity',))
    """
    weights = dict(_weight(part) for part in accepts.lower().split(",") if part.strip())
    weighed = {each: weights.get(each, weights.get("*", 0.0)) for each in OURS[:2]}
    wanted = [
        each for each in OURS[:2] if weighed[each] > 0 and weighed[each] >= weights.get("identity", 0.0)
    ]
    return (*sorted(wanted, key=lambda each: -weighed[each]), "identity")


def _weight(part: str) -> tuple[str, float]:
    name, _, rest = part.partition(";")
    key, _, value = rest.strip().partition("=")
    if key.strip() != "q":
        return name.strip(), 1.0
    try:
        return name.strip(), min(max(float(value), 0.0), 1.0)
    except ValueError:
        return name.strip(), 0.0
