"""Wiring of `lightship mail`: where the copy is, whose accounts are in it, and one pass over them."""
