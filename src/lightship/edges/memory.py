"""The C library's memory, held small where thousands of pieces of all sizes come and go over many threads."""

import ctypes

_TRIM_FROM, _MAP_FROM, _ARENAS = -1, -3, -8
"""What `mallopt(3)` calls M_TRIM_THRESHOLD, M_MMAP_THRESHOLD and M_ARENA_MAX; glibc's malloc.h has the numbers."""


def held_small() -> None:
    """Two arenas for all threads, and whatever is large is given back as soon as it is free.

    Left to itself glibc has eight arenas a core, and learns to keep what was large once. Without glibc: no effect.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENAS, 2)
        mallopt(_MAP_FROM, 128 * 1024)
        mallopt(_TRIM_FROM, 256 * 1024)
