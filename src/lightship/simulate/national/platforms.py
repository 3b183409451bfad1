"""What stands in the provider's own data centres: DNS, RADIUS, voice, mail, web; and the channels of bad news."""

from collections.abc import Sequence

from lightship.simulate.national.parts import SUPPLIER, Parts, all_of, any_of

DNS = ("dns-1a", "dns-1b", "dns-2a", "dns-2b")
RADIUS = ("radius-1", "radius-2", "radius-3", "radius-4")
SOFTSWITCHES = tuple(f"softswitch-{n}" for n in range(1, 9))
STORES = (("mail-store-1", 0.34), ("mail-store-2", 0.33), ("mail-store-3", 0.33))
MIRRORS = ("mirror-1", "mirror-2", "mirror-3")
_HALL = {"a": "data-centre-1", "b": "data-centre-2"}


def platforms(parts: Parts, places: Sequence[str]) -> None:
    """Add them all, redundant pairs over two data centres, with the causes that the pairs share."""
    for n in (1, 2):
        parts.building(f"data-centre-{n}", f"Data centre {n}", places[n % len(places)])
    parts.add("subscriber-database", "other", "Subscriber database")
    _network_services(parts)
    _mail(parts)
    _web(parts)
    _channels(parts)


def _hall(number: int) -> str:
    return f"data-centre-{2 - number % 2}"


def _network_services(parts: Parts) -> None:
    parts.add("dns-config", "configuration", "Configuration of all DNS resolvers")
    for name in DNS:
        hall = f"data-centre-{name[4]}"
        parts.add(name, "dns", f"DNS resolver {name[4:]}", all_of(hall, "dns-config"))
    for n, name in enumerate(RADIUS, start=1):
        parts.add(name, "radius", f"RADIUS server {n}", all_of(_hall(n), "subscriber-database"))
    parts.add("voice-config", "configuration", "Numbering and routing of calls")
    for n, name in enumerate(SOFTSWITCHES, start=1):
        parts.add(name, "softswitch", f"Softswitch {n}", all_of(_hall(n), "voice-config"))
    for n in (1, 2):
        parts.add(f"voice-gateway-{n}", "softswitch", f"Gateway to other networks {n}", all_of(_hall(n)))


def _mail(parts: Parts) -> None:
    parts.add("mail-filter", "supplier", "Supplier of the mail filter", owner=SUPPLIER)
    parts.add("certificate-mail", "certificate", "Certificate of the mail servers")
    for n, (name, _) in enumerate(STORES, start=1):
        parts.add(name, "mail-store", f"Mail store {n}", all_of(_hall(n)))
    for n in (1, 2):
        parts.add(f"mail-front-{n}", "front-end", f"Mail front end {n}", all_of(_hall(n), "certificate-mail"))
        parts.add(
            f"mail-in-{n}", "mail-gateway", f"Inbound mail gateway {n}", all_of(_hall(n), "mail-filter")
        )
        parts.add(f"mail-out-{n}", "mail-gateway", f"Outbound mail gateway {n}", all_of(_hall(n)))


def _web(parts: Parts) -> None:
    parts.add("certificate-web", "certificate", "Certificate of the web pages")
    parts.add("sso", "sso", "Single sign-on", all_of("subscriber-database"), any_of(*_HALL.values()))
    for n in (1, 2):
        parts.add(f"webmail-{n}", "front-end", f"Webmail front end {n}", all_of(_hall(n), "certificate-web"))
        parts.add(f"portal-{n}", "portal", f"Web site {n}", all_of(_hall(n), "certificate-web"))
    parts.add("billing", "billing", "Billing system", all_of("data-centre-1", "subscriber-database"))
    parts.add("support-desk", "supplier", "Supplier of the support pages", owner=SUPPLIER)


def _channels(parts: Parts) -> None:
    """The status host shares the fate of a data centre, on purpose: that is how it is found in the field."""
    parts.add("status-host", "status-host", "Host of the status page", all_of("data-centre-1"))
    for name in MIRRORS:
        parts.add(name, "mirror", f"Off-net mirror {name[-1]}", owner=SUPPLIER)
    parts.add("sms-gateway", "channel", "SMS gateway", owner=SUPPLIER)
    parts.add("email-relay", "channel", "E-mail relay", any_of("mail-out-1", "mail-out-2"))
    # Of two paths both can fail at once; the third leaves one whatever else does.
    parts.add("webhook-sender", "channel", "Sender of webhooks", any_of(*_HALL.values()))
