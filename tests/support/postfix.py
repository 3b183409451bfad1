"""Postfix for tests: the server that the bench uses, too."""

from lightship.run.benches.mail.postfix import DOMAIN, Postfix

__all__ = ["DOMAIN", "Postfix"]
