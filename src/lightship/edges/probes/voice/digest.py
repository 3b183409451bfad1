"""Answers to a digest challenge: RFC 3261 (22), and RFC 8760 for SHA-256 and SHA-512/256. No password is sent."""

import hashlib
import re
import secrets
from collections.abc import Sequence

_HASHES = {"md5": "md5", "sha-256": "sha256", "sha-512-256": "sha512_256"}
_PART = re.compile(r'([A-Za-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')


class NoWayIn(Exception):
    """Nothing that the server asks for is known here: the text says what it was."""


def parts(challenge: str) -> dict[str, str]:
    """The parameters of `Digest realm="x", nonce=...`; names in small letters."""
    return {
        name.lower(): quoted or bare
        for name, quoted, bare in _PART.findall(challenge.strip().partition(" ")[2])
    }


def chosen(challenges: Sequence[str]) -> dict[str, str]:
    """The first that we can answer: servers list them by preference (RFC 8760, 2.3). Raises NoWayIn."""
    asked = []
    for each in challenges:
        found = parts(each)
        algorithm = found.get("algorithm", "MD5")
        asked.append(f"{each.strip().partition(' ')[0]} {algorithm}")
        qop = [word.strip() for word in found.get("qop", "auth").split(",")]
        known = algorithm.lower().removesuffix("-sess") in _HASHES
        if each.strip().lower().startswith("digest ") and known and "auth" in qop and "nonce" in found:
            return found
    raise NoWayIn(f"no way in that we know: {', '.join(asked) or 'no challenge'}")


class Login:
    """A user's answers to one challenge, with the count of how often its nonce was used."""

    def __init__(self, user: str, password: str, challenge: dict[str, str]) -> None:
        self._user, self._password, self._asked, self._count = user, password, challenge, 0

    def answer(self, method: str, uri: str) -> str:
        """The value of Authorization for one request."""
        self._count += 1
        asked, own = self._asked, secrets.token_hex(8)
        algorithm = asked.get("algorithm", "MD5")
        inner = self._hash(f"{self._user}:{asked.get('realm', '')}:{self._password}")
        if algorithm.lower().endswith("-sess"):
            inner = self._hash(f"{inner}:{asked['nonce']}:{own}")
        outer, number = self._hash(f"{method}:{uri}"), f"{self._count:08x}"
        by_count = "qop" in asked
        middle = f"{asked['nonce']}:{number}:{own}:auth" if by_count else asked["nonce"]
        said = [
            f'username="{_quoted(self._user)}"', f'realm="{_quoted(asked.get("realm", ""))}"',
            f'nonce="{asked["nonce"]}"', f'uri="{uri}"', f'response="{self._hash(f"{inner}:{middle}:{outer}")}"',
            f"algorithm={algorithm}",
        ]  # fmt: skip
        if by_count:
            said += ["qop=auth", f"nc={number}", f'cnonce="{own}"']
        if "opaque" in asked:
            said.append(f'opaque="{asked["opaque"]}"')
        return "Digest " + ", ".join(said)

    def _hash(self, text: str) -> str:
        kind = _HASHES[self._asked.get("algorithm", "MD5").lower().removesuffix("-sess")]
        return hashlib.new(kind, text.encode(), usedforsecurity=False).hexdigest()


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
