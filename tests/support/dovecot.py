"""Dovecot for tests: the server that the bench uses, too."""

from lightship.run.benches.mail.server import PASSWORD, Dovecot, free_port

__all__ = ["PASSWORD", "Dovecot", "free_port"]
