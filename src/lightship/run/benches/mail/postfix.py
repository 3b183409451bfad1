"""A real SMTP server on loopback: Postfix, which delivers into Dovecot's Maildirs."""

import os
import pwd
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from lightship.run.benches.mail.programs import program
from lightship.run.benches.mail.server import Dovecot, free_port

DOMAIN = "made-up.example"


class Postfix:
    """Takes mail for its users, with TLS and a login on `submission_port` and `smtps_port`. Wants root. A context.

    Args:
        folder: for everything; short, since sockets lie in it, and open to others (`places.open_folder`).
        dovecot: asked whether a password is right, and where mail is delivered to.
        certificate, key: for TLS.
        users: whose mail it takes, each as NAME@made-up.example.
    """

    def __init__(
        self, folder: Path, dovecot: Dovecot, certificate: Path, key: Path, users: Sequence[str] = ("ann",)
    ) -> None:
        self.folder, self.port, self.submission_port, self.smtps_port = (
            folder,
            free_port(),
            free_port(),
            free_port(),
        )
        self._dovecot, self._certificate, self._key, self._users = dovecot, certificate, key, users

    def __enter__(self) -> Self:
        """Ready to be asked."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Down."""
        self.stop()

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        owner = pwd.getpwnam("postfix")
        for name in ("queue", "data"):
            (self.folder / name).mkdir(exist_ok=True)
        os.chown(self.folder / "data", owner.pw_uid, owner.pw_gid)
        (self.folder / "main.cf").write_text(self._main())
        (self.folder / "master.cf").write_text(self._master())
        self._run("start")
        self._wait()

    def stop(self) -> None:
        """Returns when nobody listens any more."""
        self._run("stop", check=False)

    def say(self, *lines: str) -> None:
        """Lines of main.cf, from now on, each in the place of an earlier one of that name.

        A name that stood twice would be told by every process of Postfix, and its log, ten lines deep, would be full
        before its reader has started again: then all of them wait for each other.
        """
        path, names = self.folder / "main.cf", {line.partition("=")[0].strip() for line in lines}
        kept = [each for each in path.read_text().splitlines() if each.partition("=")[0].strip() not in names]
        path.write_text("\n".join([*kept, *lines]) + "\n")
        self._run("reload")
        time.sleep(0.3)

    def log(self) -> str:
        """What it has said so far."""
        path = self.folder / "log"
        return path.read_text() if path.exists() else ""

    def _run(self, what: str, check: bool = True) -> None:
        words = [program("postfix") or "postfix", "-c", str(self.folder), what]
        done = subprocess.run(  # noqa: S603 - our own words
            words, capture_output=True, text=True, check=False
        )
        if check and done.returncode:
            raise RuntimeError(f"postfix {what}: {done.stderr}{self.log()}")

    def _wait(self) -> None:
        limit = time.monotonic() + 10
        while time.monotonic() < limit:
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex(("127.0.0.1", self.port)) == 0 and probe.recv(4) == b"220 ":
                    return
            time.sleep(0.05)
        raise RuntimeError(f"Postfix does not answer: {self.log()}")

    def _main(self) -> str:
        user = pwd.getpwnam(self._dovecot.user)
        boxes = " ".join(f"{{ {each}@{DOMAIN} = {each}/Maildir/ }}" for each in self._users)
        return f"""
compatibility_level = 3.6
queue_directory = {self.folder}/queue
data_directory = {self.folder}/data
maillog_file = {self.folder}/log
maillog_file_prefixes = {self.folder}
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.{DOMAIN}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
virtual_mailbox_domains = {DOMAIN}
virtual_mailbox_base = {self._dovecot.folder}/srv
virtual_mailbox_maps = inline:{{ {boxes} }}
virtual_uid_maps = static:{user.pw_uid}
virtual_gid_maps = static:{user.pw_gid}
virtual_minimum_uid = 1
relay_domains =
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{self._dovecot.sasl_port}
smtpd_tls_cert_file = {self._certificate}
smtpd_tls_key_file = {self._key}
smtpd_peername_lookup = no
"""

    def _master(self) -> str:
        login = "-o smtpd_sasl_auth_enable=yes -o smtpd_client_restrictions=permit_sasl_authenticated,reject"
        return f"""
127.0.0.1:{self.port} inet n - n - - smtpd -o smtpd_tls_security_level=may
127.0.0.1:{self.submission_port} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt {login}
127.0.0.1:{self.smtps_port} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes {login}
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
"""
