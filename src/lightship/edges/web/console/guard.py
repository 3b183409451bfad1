"""Who gets into the console: sessions by cookie, forms that only our own pages can send, guesses slowed down."""

import hmac
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie

from lightship.edges.clock import Clock
from lightship.edges.intake.desk.draft import prefix_of
from lightship.edges.intake.desk.limits import Limits
from lightship.edges.operators.people import LONGEST, People, Session
from lightship.edges.web.forms import Refused, Scope, headers
from lightship.edges.web.senders import Senders
from lightship.vocabulary.time import SECOND

COOKIE = "__Host-lightship"
"""Browsers send a cookie of this prefix only over TLS (or to this machine), and to no other host."""

OF_A_NETWORK, OF_A_NAME = (10.0, 2.0), (5.0, 1.0)
"""Tries to sign in: at once, and per minute from then on."""


class Guard:
    """Lets people in.

    Args:
        senders: reads who sends a request off it; our own proxies are looked through.
    """

    def __init__(self, people: People, senders: Senders, clock: Clock) -> None:
        self._people, self._senders, self._clock = people, senders, clock
        self._networks, self._names = Limits(*OF_A_NETWORK), Limits(*OF_A_NAME)

    def word(self, scope: Scope) -> str:
        """The word of the session that a request carries; empty: none."""
        told = SimpleCookie()
        for each in headers(scope).get("cookie", []):
            try:
                told.load(each)
            except CookieError:
                continue
        return told[COOKIE].value if COOKIE in told else ""

    def session(self, scope: Scope) -> Session | None:
        """Who is signed in; None: nobody."""
        word = self.word(scope)
        return self._people.session(word) if word else None

    def may_try(self, scope: Scope, name: str) -> bool:
        """Whether one more try to sign in is looked at: guesses are slowed down by network and by name."""
        at, sender = self._clock(), self.sender(scope)
        by_network = self._networks.allow(prefix_of(sender), at)
        return self._names.allow(name[:64].casefold(), at) and by_network

    def sender(self, scope: Scope) -> str:
        """The address that a request comes from."""
        peer = scope.get("client") or ("", 0)
        return self._senders.sender(str(peer[0]), headers(scope).get("x-forwarded-for", []))


def own_form(given: Mapping[str, str], session: Session) -> None:
    """The form must be from a page of this session. Raises Refused."""
    if not hmac.compare_digest(given.get("form", "").encode(), session.form.encode()):
        raise Refused(403, "This form is of another session. Go back, reload the page and send it again.")


def cookie(word: str) -> str:
    """The header that hands out a session, or takes it back where the word is empty."""
    seconds = LONGEST // SECOND if word else 0
    return f"{COOKIE}={word}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict"
