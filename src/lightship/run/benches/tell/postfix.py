"""A Postfix on loopback that takes all mail for our made-up domain and throws it away; its log is the count."""

import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Self

DOMAIN = "lightship.example"
PROGRAM = shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
_ID = re.compile(r"message-id=(<[^>]+>)")


def why_not() -> str:
    """Why it cannot be run here; empty: it can."""
    if PROGRAM is None:
        return "Debian's postfix is not here"
    return "" if os.geteuid() == 0 else "Postfix starts as root only"


class Postfix:
    """A context; `port` listens inside it."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.folder = Path(tempfile.mkdtemp(prefix="ls-postfix-"))

    def __enter__(self) -> Self:
        self.folder.chmod(0o755)
        owner = pwd.getpwnam("postfix")
        for name in ("queue", "data"):
            (self.folder / name).mkdir()
        os.chown(self.folder / "data", owner.pw_uid, owner.pw_gid)
        (self.folder / "main.cf").write_text(_MAIN.format(folder=self.folder, domain=DOMAIN))
        (self.folder / "master.cf").write_text(_MASTER.format(port=self.port))
        self._run("start")
        self._wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run("stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def letters(self) -> Counter[str]:
        """How often each Message-ID was taken."""
        return Counter(_ID.findall((self.folder / "log").read_text()))

    def _run(self, what: str) -> None:
        assert PROGRAM is not None, "asked for only where it is"
        subprocess.run([PROGRAM, "-c", str(self.folder), what], capture_output=True, check=what == "start")

    def _wait(self) -> None:
        ends = time.monotonic() + 10
        while time.monotonic() < ends:
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex(("127.0.0.1", self.port)) == 0 and probe.recv(4) == b"220 ":
                    return
            time.sleep(0.05)
        raise RuntimeError((self.folder / "log").read_text())


_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
mail_owner = postfix
setgid_group = postdrop
myhostname = relay.{domain}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
virtual_mailbox_domains = {domain}
virtual_mailbox_maps = static:all
virtual_transport = discard
default_transport = discard
relay_domains =
smtpd_relay_restrictions = reject_unauth_destination
smtpd_peername_lookup = no
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
"""
