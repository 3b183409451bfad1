"""Wiring: the command line, the hub and the replay. Nothing is decided here that a stage could decide."""
