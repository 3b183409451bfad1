"""What two telephones agree on: where the sound goes, and how it is coded.  RFC 4566, 3264, for G.711 alone."""

import ipaddress
import re
import secrets

import msgspec

from lightship.edges.probes.voice.rtp import PAYLOADS


class Agreed(msgspec.Struct, frozen=True):
    """Where to send sound, and which of our codings the other side took. `sends`: it means to send some itself."""

    host: str
    port: int
    payload: int
    sends: bool


def offer(host: str, port: int, codec: str) -> bytes:
    """Ours: one coding first, the other behind it."""
    family = "IP6" if ":" in host else "IP4"
    first = PAYLOADS[codec]
    order = [first, *(each for each in PAYLOADS.values() if each != first)]
    names = {number: name.upper() for name, number in PAYLOADS.items()}
    lines = [
        "v=0", f"o=lightship {secrets.randbits(31)} 1 IN {family} {host}", "s=-", f"c=IN {family} {host}", "t=0 0",
        f"m=audio {port} RTP/AVP {' '.join(map(str, order))}",
        *(f"a=rtpmap:{each} {names[each]}/8000" for each in order), "a=ptime:20", "a=sendrecv",
    ]  # fmt: skip
    return ("\r\n".join(lines) + "\r\n").encode()


def read(body: bytes) -> Agreed:
    """Theirs. Raises ValueError: there is no sound to be had by it."""
    text = body.decode("utf-8", "replace")
    media = re.search(r"(?m)^m=audio (\d{1,5})\S* RTP/AVP([\d ]*)", text)
    if media is None or not 0 < int(media[1]) < 65_536:
        raise ValueError("no sound is offered")
    taken = [int(each) for each in media[2].split() if int(each) in PAYLOADS.values()]
    if not taken:
        raise ValueError(f"none of our codings: {media[2].strip() or 'none'}")
    where = re.search(r"(?m)^c=IN IP[46] ([0-9A-Fa-f:.]+)", text[media.start() :]) or re.search(
        r"(?m)^c=IN IP[46] ([0-9A-Fa-f:.]+)", text
    )
    if where is None:
        raise ValueError("no address for the sound")
    there = ipaddress.ip_address(where[1])
    if there.is_multicast:
        raise ValueError("the sound would go to a multicast address")
    silent = re.search(r"(?m)^a=(recvonly|inactive)\s*$", text)
    return Agreed(where[1], int(media[1]), taken[0], silent is None and not there.is_unspecified)
