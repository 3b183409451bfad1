"""The fit that every deployment starts from, until its own history has thirty quiet days."""

from lightship.detect.promise import Fit, Tail

AS_OF = "2026-11-24"
_EACH = 12.0 / 7.0
_AT = (16.5, 16.0, 16.0, 17.0, 17.0, 16.0, 17.0)
"""head-end, metro, core, national, area, region, nation."""

SHIPPED = Fit(
    (*(Tail(at, _EACH, 1.25) for at in _AT), Tail(13.0, _EACH, 1.25), Tail(17.0, _EACH, 1.25), None),
    Tail(0.0, 7.0, 1.0),
    0,
)
