"""What stands in the provider's own halls: DNS, RADIUS, voice, mail, web."""

from lightship.simulate.national.parts import Parts, all_of
from lightship.vocabulary.components import ComponentKind

DNS_PAIRS, RADIUS_PAIRS, VOICE_PAIRS, STORES = 2, 2, 4, 3


def platforms(parts: Parts) -> None:
    """Add them all. What the resolvers share is their configuration: no pair helps against that."""
    parts.add("dns-config", "configuration", "Configuration of all DNS resolvers")
    for pair in range(1, DNS_PAIRS + 1):
        for side in "ab":
            parts.add(f"dns-{pair}{side}", "dns", f"DNS resolver {pair}{side}", all_of("dns-config"))
    _paired(parts, "radius", "RADIUS server", RADIUS_PAIRS)
    _paired(parts, "softswitch", "Softswitch", VOICE_PAIRS)
    for n in range(1, STORES + 1):
        parts.add(f"mail-store-{n}", "mail-store", f"Mail store {n}")
    parts.add("mail-front", "front-end", "Mail front end")
    parts.add("webmail", "front-end", "Webmail")
    parts.add("sso", "sso", "Single sign-on")
    parts.add("portal", "portal", "Web site")
    parts.add("billing", "billing", "Billing system")


def _paired(parts: Parts, kind: ComponentKind, title: str, pairs: int) -> None:
    for pair in range(1, pairs + 1):
        for side in "ab":
            parts.add(f"{kind}-{pair}{side}", kind, f"{title} {pair}{side}")
