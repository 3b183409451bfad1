"""Whether receivers will believe a letter that goes by another way: SPF, DKIM and DMARC, explained before it is sent.

RFC 7208 (SPF) looks at the envelope's domain and the server that delivers; RFC 6376 (DKIM) at the domain that signs;
RFC 7489 (DMARC) asks that one of the two passes *and* has the domain of the From line, or one above or below it.
"""

from typing import Literal

import msgspec

Policy = Literal["none", "quarantine", "reject", "absent", "unknown"]
"""What a domain asks receivers to do with letters that fail (`p=`). absent: it asks nothing; unknown: not looked up."""


class Explained(msgspec.Struct, frozen=True):
    """What to expect. `believed`: None: not known."""

    believed: bool | None
    lines: tuple[str, ...]


def domain(address: str) -> str:
    """The domain of an address, in small letters.

    >>> domain("Ann@Example.ORG")
    'example.org'
    """
    return address.rpartition("@")[2].strip().lower().rstrip(".")


def aligned(one: str, other: str) -> bool:
    """Whether two domains are one in DMARC's relaxed sense: equal, or one below the other.

    Cousins below one registered domain count as strangers here: telling them from strangers wants the list of public
    suffixes, and erring this way only warns once too often.

    >>> aligned("mail.example.org", "example.org"), aligned("badexample.org", "example.org")
    (True, False)
    """
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def policy_of(records: tuple[str, ...] | None) -> Policy:
    """The policy in a domain's `_dmarc` TXT records; None: they could not be looked up.

    >>> policy_of(("v=DMARC1; p=Reject; rua=mailto:x@y",)), policy_of(()), policy_of(None)
    ('reject', 'absent', 'unknown')
    """
    if records is None:
        return "unknown"
    found = [each for each in records if each.strip().lower().startswith("v=dmarc1")]
    if len(found) != 1:
        return "absent"  # RFC 7489 6.6.3: several records are none
    tags = dict(_tag(each) for each in found[0].split(";"))
    wanted = tags.get("p", "").lower()
    return wanted if wanted in ("none", "quarantine", "reject") else "absent"  # type: ignore[return-value]


def explain(sender: str, original: str, route: str, policy: Policy) -> Explained:
    """What receivers make of it.

    Args:
        sender: the address in the From line and the envelope; original: the one whose mail it is.
        route: the address that the second way may send for.
        policy: of the domain of `sender`.
    """
    if aligned(domain(sender), domain(route)):
        lines = [
            f"From {sender}: the second way may send for {domain(sender)}, so SPF and DKIM can pass and agree with it.",
        ]
        if sender != original:
            lines.append(f"Answers go to {original} (Reply-To); the receiver sees {sender} as the sender.")
        return Explained(True, tuple(lines))
    start = (
        f"From {sender}, by a way that may send for {domain(route)}: SPF and DKIM will not agree with that."
    )
    outcome = {
        "reject": (False, f"{domain(sender)} asks receivers to reject such letters (DMARC p=reject)."),
        "quarantine": (False, f"{domain(sender)} asks receivers to treat them as spam (DMARC p=quarantine)."),
        "none": (
            None,
            f"{domain(sender)} asks for nothing (DMARC p=none): receivers decide by their own rules.",
        ),
        "absent": (None, f"{domain(sender)} publishes no DMARC policy: receivers decide by their own rules."),
        "unknown": (None, f"What {domain(sender)} asks for (DMARC) could not be looked up."),
    }
    believed, what = outcome[policy]
    return Explained(
        believed, (start, what, f"Without --as-original it goes from {route}, with Reply-To {original}.")
    )


def _tag(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip().lower(), value.strip()
