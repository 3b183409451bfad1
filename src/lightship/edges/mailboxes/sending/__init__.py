"""The outbox and the second way out: what is written goes to disk first, to the server once, and into Sent once."""
