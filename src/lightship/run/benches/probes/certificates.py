"""An authority of our own, and certificates by it: sound, ended, or for another name."""

import datetime
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)


class Authority:
    """Trusted by whoever is told to trust `certificate`."""

    def __init__(self, folder: Path) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("an authority of a bench")
        made = _builder(self._name, self._name, self._key, NOW + 30 * DAY)
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.certificate = folder / "authority.pem"
        self.certificate.write_bytes(
            made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        )

    def issue(self, folder: Path, *names: str, ends: datetime.timedelta = 30 * DAY) -> tuple[Path, Path]:
        """A certificate and its key in a folder, for host names or addresses; `ends` below zero: it has ended."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = _builder(_name(names[0]), self._name, key, NOW + ends)
        made = made.add_extension(
            x509.SubjectAlternativeName([_general(each) for each in names]), critical=False
        )
        folder.mkdir(parents=True, exist_ok=True)
        paths = folder / "certificate.pem", folder / "key.pem"
        paths[0].write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        paths[1].write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return paths


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, ends: datetime.datetime
) -> x509.CertificateBuilder:
    return x509.CertificateBuilder(
        issuer_name=issuer, subject_name=subject, public_key=key.public_key(),
        serial_number=x509.random_serial_number(), not_valid_before=ends - 60 * DAY, not_valid_after=ends,
    )  # fmt: skip
