"""Which compressed form a client can read."""

from typing import Literal

Coding = Literal["br", "gzip", "identity"]

PREFERRED: tuple[Coding, ...] = ("br", "gzip")


def chosen(accepts: str) -> Coding:
    """The form to send by an `Accept-Encoding` header (RFC 9110, section 12.5.3). Without one: as it is.

    >>> chosen("gzip, deflate, br"), chosen("gzip;q=0.5, br;q=0"), chosen("*"), chosen("")
    ('br', 'gzip', 'br', 'identity')
    """
    weights = dict(_weight(part) for part in accepts.lower().split(",") if part.strip())
    best, best_weight = "identity", weights.get("identity", 0.0)
    for coding in PREFERRED:
        weight = weights.get(coding, weights.get("*", 0.0))
        if weight > 0 and weight > (best_weight if best != "identity" else min(best_weight, 0.0)):
            best, best_weight = coding, weight
    return best  # type: ignore[return-value]  # one of the three by its making


def _weight(part: str) -> tuple[str, float]:
    name, _, rest = part.partition(";")
    key, _, value = rest.strip().partition("=")
    if key.strip() != "q":
        return name.strip(), 1.0
    try:
        return name.strip(), min(max(float(value), 0.0), 1.0)
    except ValueError:
        return name.strip(), 0.0
