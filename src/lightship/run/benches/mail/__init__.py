"""Keeping mail, measured side by side with mbsync and offlineimap3 against a real Dovecot on this machine."""
