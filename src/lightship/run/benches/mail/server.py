"""A real IMAP server on loopback: Dovecot as a plain user, with mailboxes in a folder of our own."""

import base64
import contextlib
import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from lightship.run.benches.mail.programs import program

PASSWORD = "secret"  # noqa: S105 - of a server on loopback that holds made-up mail
_USERS = ("dovenull", "nobody")


def free_port() -> int:
    """A port of loopback that nobody has just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _user() -> pwd.struct_passwd:
    """Whom it runs as: ourselves, or a user without rights where we are root."""
    if os.geteuid():
        return pwd.getpwuid(os.geteuid())
    return next(pwd.getpwnam(name) for name in _USERS if _exists(name))


def _exists(name: str) -> bool:
    with contextlib.suppress(KeyError):
        return bool(pwd.getpwnam(name))
    return False


class Dovecot:
    """Any user logs in with PASSWORD and has the Maildir `mail(user)`. Use it as a context, which removes it all.

    Args:
        folder: for everything; short, since sockets lie in it. None: one of its own, among the temporary files.
        layout: of the mailboxes, as Dovecot writes it (":LAYOUT=index" allows any folder name).
        certificate, key: with both, it speaks TLS on `tls_port` and STARTTLS on `port`.
        token_secret: of tokens (HS256) that let in too, by XOAUTH2 and OAUTHBEARER.
        pop3: also on `pop3_port`. `sasl_port`: where an SMTP server asks whether a password is right.
    """

    def __init__(
        self, folder: Path | None = None, layout: str = "", certificate: Path | None = None,
        key: Path | None = None, pop3: bool = False, token_secret: bytes = b"",
    ) -> None:  # fmt: skip
        # Where it runs as a user without rights, that one has to get there: not below a folder of root's own.
        self.folder = Path(tempfile.mkdtemp(prefix="dovecot-")) if folder is None else folder
        self._own_folder = folder is None
        self.port, self.tls_port = free_port(), free_port()
        self.pop3_port, self.sasl_port, self._pop3 = free_port(), free_port(), pop3
        self._token_secret = token_secret
        self._layout, self._certificate, self._key = layout, certificate, key
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def user(self) -> str:
        """Whom it runs as, and who owns the mailboxes."""
        return _user().pw_name

    def speak_tls(self, certificate: Path, key: Path) -> None:
        """From its next start on."""
        self._certificate, self._key = certificate, key

    def mail(self, user: str) -> Path:
        """The Maildir of a user."""
        return self.folder / "srv" / user / "Maildir"

    def __enter__(self) -> Self:
        """Ready to be asked."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Down, and gone."""
        self.stop()
        if self._own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start it and wait until it answers."""
        user = _user()
        for name in ("run", "state", "home", "srv"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "dovecot.conf").write_text(self._configuration(user))
        if self._token_secret:
            self._know_tokens(self._token_secret)
        self.own()
        words = [program("dovecot") or "dovecot", "-c", str(self.folder / "dovecot.conf"), "-F"]
        if not os.geteuid():
            words = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", *words]
        self._process = subprocess.Popen(  # noqa: S603 - our own words
            words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._wait()

    def _know_tokens(self, secret: bytes) -> None:
        """Dovecot looks a key up by the token's azp, alg and kid, each "default" where the token says none."""
        keys = self.folder / "keys" / "default" / "HS256"
        keys.mkdir(parents=True, exist_ok=True)
        (keys / "default").write_bytes(base64.b64encode(secret))
        (self.folder / "oauth2.conf").write_text(
            "introspection_mode = local\nusername_attribute = sub\n"
            f"local_validation_key_dict = fs:posix:prefix={self.folder}/keys/\n"
        )

    def own(self) -> None:
        """Give everything in its folder to the user it runs as."""
        user = _user()
        if os.geteuid():
            return
        if not self._own_folder:
            for above in (self.folder, *self.folder.parents):
                if above.stat().st_uid == 0 and not above.stat().st_mode & 0o001 and above != Path("/"):
                    above.chmod(above.stat().st_mode | 0o011)
        for root, folders, files in os.walk(self.folder):
            for name in (".", *folders, *files):
                os.chown(Path(root) / name, user.pw_uid, user.pw_gid, follow_symlinks=False)

    def stop(self) -> None:
        """Stop it."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(10)
            self._process = None

    def forget(self, user: str) -> None:
        """Number the messages of all folders anew: UIDVALIDITY changes, as when a provider restores a backup."""
        for path in self.mail(user).rglob("dovecot*"):
            if path.is_file():
                path.unlink()
        shutil.rmtree(self.folder / "state", ignore_errors=True)
        (self.folder / "state").mkdir()
        self.own()

    def _wait(self) -> None:
        limit = time.monotonic() + 10
        while time.monotonic() < limit:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as probe:
                if probe.recv(10).startswith(b"* OK"):
                    return
            time.sleep(0.05)
        log = self.folder / "dovecot.log"
        raise RuntimeError(f"Dovecot does not answer: {log.read_text() if log.exists() else 'no log'}")

    def _configuration(self, user: pwd.struct_passwd) -> str:
        group = str(user.pw_gid)
        tls = "ssl = no"
        if self._certificate and self._key:
            tls = f"ssl = yes\nssl_cert = <{self._certificate}\nssl_key = <{self._key}"
        return f"""
base_dir = {self.folder}/run
state_dir = {self.folder}/state
log_path = {self.folder}/dovecot.log
info_log_path = {self.folder}/dovecot-info.log
protocols = imap{" pop3" if self._pop3 else ""}
listen = 127.0.0.1
{tls}
disable_plaintext_auth = no
default_internal_user = {user.pw_name}
default_internal_group = {_group(int(group))}
default_login_user = {user.pw_name}
first_valid_uid = 1
auth_mechanisms = plain login{" xoauth2 oauthbearer" if self._token_secret else ""}
auth_failure_delay = 0
mail_location = maildir:{self.folder}/srv/%u/Maildir{self._layout}
mail_max_userip_connections = 50
{_tokens(self.folder) if self._token_secret else ""}
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={user.pw_uid} gid={group} home={self.folder}/home/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {self.port}
  }}
  inet_listener imaps {{
    port = {self.tls_port if tls != "ssl = no" else 0}
  }}
}}
{_pop3(self.pop3_port) if self._pop3 else ""}
service auth {{
  inet_listener sasl {{
    address = 127.0.0.1
    port = {self.sasl_port}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
"""


def _tokens(folder: Path) -> str:
    return f"""
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
"""


def _pop3(port: int) -> str:
    return f"""
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
"""


def _group(number: int) -> str:
    return grp.getgrgid(number).gr_name
