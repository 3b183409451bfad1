"""One-time codes by time (RFC 6238): what a phone shows, good for half a minute and for one use."""

import base64
import secrets
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from lightship.vocabulary.time import SECOND, Instant

STEP_SECONDS, DIGITS = 30, 6
AROUND = 1
"""Steps before and after now that count too: clocks of phones are off."""


def new_secret() -> str:
    """160 bits of chance, as apps take it: letters and digits of base 32."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def uri(secret: str, name: str, provider: str) -> str:
    """What an app takes as an address or as a picture of it."""
    issuer = quote(provider or "Lightship", safe="")
    return f"otpauth://totp/{issuer}:{quote(name, safe='')}?secret={secret}&issuer={issuer}"


def step_of(secret: str, code: str, at: Instant, used: int) -> int | None:
    """The step that a code is of; None: it is none of now, or was used. `used`: the last step that was accepted."""
    typed = "".join(code.split())
    if len(typed) != DIGITS or not (typed.isascii() and typed.isdigit()):
        return None
    now = at // (STEP_SECONDS * SECOND)
    return next(
        (n for n in range(now - AROUND, now + AROUND + 1) if n > used and _is(secret, typed, n)), None
    )


def _is(secret: str, typed: str, step: int) -> bool:
    made = code_at(secret, Instant(step * STEP_SECONDS * SECOND))
    return secrets.compare_digest(made, typed)


def code_at(secret: str, at: Instant) -> str:
    """What a phone shows at an instant."""
    # SHA-1 is what every app speaks; in HMAC its collisions do not matter.
    totp = TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303
    return totp.generate(at // SECOND).decode()
