"""Certificates for tests: the authority that the bench uses, too."""

from lightship.run.benches.probes.certificates import Authority

__all__ = ["Authority"]
