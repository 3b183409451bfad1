"""Benches: what Lightship is held to, measured here and now, with a verdict per bar.

To add a speed bar: a file here and a line in `BENCHES`. To add a suite of its own (a benchmark with truth, peers and
options): a folder here, a command in `run/commands/bench/`, and a line in `SUITES`.
"""

BENCHES = {
    "help": "lightship.run.benches.help:measure",
    "replay": "lightship.run.benches.replay:measure",
    "publish": "lightship.run.benches.publish:measure",
    "tick": "lightship.run.benches.tick:measure",
    "scan": "lightship.run.benches.scan:measure",
    "batches": "lightship.run.benches.batches:measure",
}
"""Speed bars. Name -> where the bench stands. Each is a function without arguments that gives a `Measured`."""

SUITES = {
    "speed": "lightship.run.benches.speed:short",
    "detect": "lightship.run.benches.detect.suite:short",
    "explain": "lightship.run.benches.explain.form:short",
    "wan": "lightship.run.benches.wan.suite:short",
    "tell": "lightship.run.benches.tell.bars:short",
    "mail": "lightship.run.benches.mail.bars:short",
    "probes": "lightship.run.benches.probes.suite:short",
    "agents": "lightship.run.benches.agents.bars:short",
}
"""What `lightship bench` runs, in its short form. Name -> a function without arguments that gives an iterable
of `(bar, Measured)`, bar by bar as they are measured."""
