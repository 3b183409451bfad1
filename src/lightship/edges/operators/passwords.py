"""Passwords as Argon2id hashes (RFC 9106), with the parameters that OWASP's password storage page asks for."""

import os

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from lightship.vocabulary.errors import BadInput

SHORTEST, LONGEST = 12, 200
MEMORY_KIB, PASSES = 19 * 1024, 2


def hashed(password: str) -> str:
    """A password as it is kept: a PHC string with its own salt. Raises BadInput where it is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput(
            "password", f"{len(password)} characters", f"{SHORTEST} to {LONGEST}; a few words do well"
        )
    return _kdf().derive_phc_encoded(password.encode())


def matches(password: str, kept: str) -> bool:
    """Whether it is this password."""
    try:
        Argon2id.verify_phc_encoded(password[:LONGEST].encode(), kept)
    except InvalidKey:
        return False
    return True


def _kdf() -> Argon2id:
    return Argon2id(salt=os.urandom(16), length=32, iterations=PASSES, lanes=1, memory_cost=MEMORY_KIB)


NOBODY = _kdf().derive_phc_encoded(b"nobody's password")
"""Compared with where there is no such person, so that an answer takes as long as with one."""
