"""A real ssh server on loopback, for whoever holds the key that it made: rsync and SFTP go over it."""

import getpass
import os
import subprocess
from pathlib import Path

from tests.support.debian import command
from tests.support.dovecot import free_port
from tests.support.serving import Foreground


class Sshd(Foreground):
    """See `Foreground`. `key`, `known_hosts` and `port` are for its client; it logs the tests' own user in."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.port, self.user = free_port(), getpass.getuser()
        self.key, self.known_hosts = folder / "key", folder / "known_hosts"
        for name in ("host", "key"):
            words = [command("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
            subprocess.run(words, check=True)
        (folder / "allowed").write_text((folder / "key.pub").read_text())
        host = (folder / "host.pub").read_text().split()
        self.known_hosts.write_text(f"[127.0.0.1]:{self.port} {host[0]} {host[1]}\n")
        (folder / "sshd_config").write_text(
            f"ListenAddress 127.0.0.1\nPort {self.port}\nHostKey {folder / 'host'}\nPidFile none\nUsePAM no\n"
            f"AuthorizedKeysFile {folder / 'allowed'}\nStrictModes no\nPasswordAuthentication no\n"
            "PermitRootLogin prohibit-password\nSubsystem sftp internal-sftp\nMaxStartups 100\n"
        )
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)
        super().__init__(
            [command("sshd"), "-D", "-e", "-f", str(folder / "sshd_config")], folder, self._ready
        )

    def _ready(self) -> bool:
        from socket import create_connection

        try:
            with create_connection(("127.0.0.1", self.port), 1) as probe:
                return probe.recv(4) == b"SSH-"
        except OSError:
            return False

    def options(self) -> dict[str, str | int]:
        """For a mirror."""
        return {"key": str(self.key), "port": self.port, "known_hosts": str(self.known_hosts)}
