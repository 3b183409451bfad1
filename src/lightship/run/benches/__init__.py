"""Benches: one bar a file. To add one: a file here and a line in BENCHES."""

BENCHES = {
    "help": "lightship.run.benches.help:measure",
    "replay": "lightship.run.benches.replay:measure",
    "publish": "lightship.run.benches.publish:measure",
}
"""Name -> where the bench stands. Each is a function without arguments that gives a `Measured`."""
