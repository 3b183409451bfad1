"""A copy of people's mail on this disk: Maildir folders that any mail program opens, and a catalogue in SQLite.

One process writes (`Copy`, under a lock), any number read (`Reader`).
"""
