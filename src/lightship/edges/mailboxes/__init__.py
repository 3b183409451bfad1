"""Mailboxes: `imap` talks to servers, `copy` keeps what they hold on this disk."""
