"""Decisions of keeping mail: what to fetch, what moved, what is gone, when to stop and ask. No disk, no network."""
