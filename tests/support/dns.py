"""A real authority (Knot) with a signed zone, and a real resolver (Unbound) that trusts its key."""

import socket
import time
from pathlib import Path

import dns.dnssec
import dns.dnssectypes
import dns.exception
import dns.message
import dns.name
import dns.query
import dns.zone
from cryptography.hazmat.primitives.asymmetric import ec

from tests.support.debian import command
from tests.support.serving import Foreground, free_udp_port

ZONE = """\
$ORIGIN example.test.
$TTL 60
@     SOA ns1 admin 1 3600 600 86400 60
@     NS  ns1
ns1   A   127.0.0.1
www   A   192.0.2.80
@     TXT "we are here"
"""


def answers(port: int, name: str) -> bool:
    """Whether a server on that port says anything."""
    try:
        dns.query.udp(dns.message.make_query(name, "SOA"), "127.0.0.1", timeout=0.3, port=port)
    except (OSError, dns.exception.Timeout):
        return False
    return True


class Authority:
    """Knot for `example.test`, signed here.

    Args:
        lifetime: seconds until the signatures end; below zero, they have ended.
        altered: a record is changed after signing.
    """

    def __init__(self, folder: Path, lifetime: float = 86_400.0, altered: bool = False) -> None:
        self.port = free_udp_port()
        text, self.anchor = _signed(lifetime)
        (folder / "example.test.zone").write_text(
            text.replace("192.0.2.80", "192.0.2.66") if altered else text
        )
        configuration = folder / "knot.conf"
        configuration.write_text(_CONFIGURATION.format(folder=folder, port=self.port))
        words = [command("knotd"), "-c", str(configuration)]
        self._server = Foreground(words, folder, lambda: answers(self.port, "example.test"))

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()


def _signed(lifetime: float) -> tuple[str, str]:
    """The zone with its signatures, and the DS record of its key."""
    zone = dns.zone.from_text(ZONE, origin="example.test.", relativize=False)
    private = ec.generate_private_key(ec.SECP256R1())
    public = dns.dnssec.make_dnskey(
        private.public_key(), dns.dnssectypes.Algorithm.ECDSAP256SHA256, flags=257
    )
    with zone.writer() as transaction:
        dns.dnssec.sign_zone(
            zone, transaction, [(private, public)], inception=time.time() - 172_800, expiration=time.time() + lifetime,
            dnskey_ttl=60,
        )  # fmt: skip
    digest = dns.dnssec.make_ds(zone.origin or dns.name.root, public, "SHA256")
    return zone.to_text(relativize=False), f"example.test. DS {digest.to_text()}"


_CONFIGURATION = """
server:
    rundir: {folder}
    listen: 127.0.0.1@{port}
database:
    storage: {folder}
log:
  - target: stderr
    any: warning
zone:
  - domain: example.test
    storage: {folder}
    file: example.test.zone
    zonefile-sync: -1
    journal-content: none
"""


class Resolver:
    """Unbound, which asks the authority and trusts `anchor` alone; `lame.test` leads there, too, to no avail."""

    def __init__(self, folder: Path, authority: Authority, anchor: str) -> None:
        self.port = free_udp_port()
        (folder / "anchor").write_text(anchor + "\n")
        configuration = folder / "unbound.conf"
        configuration.write_text(f"""
server:
    chroot: ""
    username: ""
    directory: "{folder}"
    pidfile: "{folder}/pid"
    use-syslog: no
    interface: 127.0.0.1@{self.port}
    do-not-query-localhost: no
    local-zone: "test." nodefault
    trust-anchor-file: "{folder}/anchor"
    do-ip6: no
stub-zone:
    name: "example.test"
    stub-addr: 127.0.0.1@{authority.port}
stub-zone:
    name: "lame.test"
    stub-addr: 127.0.0.1@{authority.port}
""")
        self._server = Foreground(
            [command("unbound"), "-d", "-c", str(configuration)],
            folder,
            lambda: answers(self.port, "localhost"),
        )

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()


def deaf_udp_port() -> socket.socket:
    """A socket that takes packets and never answers; close it yourself."""
    sock = socket.socket(type=socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    return sock
