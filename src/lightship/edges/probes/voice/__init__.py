"""A telephone of our own, for `sip://`: signalling, a log-in, sound there and back, and how good that is."""
