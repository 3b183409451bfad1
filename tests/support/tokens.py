"""Access tokens as a provider of OAuth signs them (JWT, RFC 7519, HS256), for servers that check them by themselves."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping

SECRET = b"of a server on loopback, in tests"


def token(user: str, seconds: int = 600, secret: bytes = SECRET) -> str:
    """Lets a user in for so long from now on; below 0: it has ended."""
    now = int(time.time())
    claims = {"sub": user, "iat": now - 900, "nbf": now - 900, "exp": now + seconds}
    signed = b".".join(_part(each) for each in ({"alg": "HS256", "typ": "JWT"}, claims))
    proof = base64.urlsafe_b64encode(hmac.digest(secret, signed, hashlib.sha256))
    return (signed + b"." + proof.rstrip(b"=")).decode()


def _part(value: Mapping[str, object]) -> bytes:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")
