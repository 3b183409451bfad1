"""The lines of this machine: probes bound to a device, routes, open flows, byte classes, counters, the history kept.

What is decided about them stands in `endure.wan`; `run.wan` puts the two together.
"""
