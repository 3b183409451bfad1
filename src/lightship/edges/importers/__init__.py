"""Other programs' configurations, read to become ours: one program a file.

Each gives checks and, for what has no counterpart here, a sentence with its place. Nothing is left out in silence.
"""
