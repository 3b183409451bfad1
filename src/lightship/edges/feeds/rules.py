"""Which word ends which, and the lines that devices are known to write."""

from lightship.vocabulary.signals import FeedKind

ENDS: dict[FeedKind, FeedKind] = {
    "power-lost": "power-restored", "on-battery": "power-restored", "dying-gasp": "power-restored",
    "grid-outage": "power-restored", "loss-of-signal": "component-restored", "equipment-alarm": "component-restored",
    "route-withdrawn": "component-restored", "fibre-break": "component-restored",
    "supplier-statement": "component-restored", "neighbour-down": "neighbour-healthy", "others-down": "others-well",
    "weather-warning": "weather-clear", "certificate-expired": "component-restored",
}  # fmt: skip
"""What it means that a word does not hold any more. Words that are not here just end."""
