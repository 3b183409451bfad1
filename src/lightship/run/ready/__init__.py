"""Wiring of `lightship ready`: what is on this machine, what answers, and the two pages."""
