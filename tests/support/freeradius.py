"""A real RADIUS server on loopback: FreeRADIUS, with one user, its answers signed or not."""

from pathlib import Path

from tests.support.debian import command
from tests.support.serving import Foreground, free_udp_port

USER, PASSWORD, SHARED = "ann", "correct horse battery staple", "shared-by-both"


class FreeRadius:
    """Started by `start`, stopped by `stop`.

    Args:
        signs: whether its answers carry a Message-Authenticator.
    """

    def __init__(self, folder: Path, signs: bool = True) -> None:
        self.port, self._folder = free_udp_port(), folder
        sign = "update reply {\n Message-Authenticator := 0x00\n}" if signs else ""
        (folder / "radiusd.conf").write_text(_CONFIGURATION.format(folder=folder, port=self.port, sign=sign))
        (folder / "users").write_text(
            f'{USER} Cleartext-Password := "{PASSWORD}"\n   Reply-Message = "welcome"\n'
        )
        words = [command("freeradius"), "-f", "-l", "stdout", "-d", str(folder), "-n", "radiusd"]
        self._server = Foreground(words, folder, self._ready)
        self.start, self.stop = self._server.start, self._server.stop

    def _ready(self) -> bool:
        return "Ready to process requests" in self._server.log.read_text()


_CONFIGURATION = """
prefix = /usr
name = test
logdir = {folder}
run_dir = {folder}
raddbdir = {folder}
db_dir = {folder}
libdir = /usr/lib/freeradius
pidfile = {folder}/pid
max_request_time = 5
log {{
  destination = stdout
}}
security {{
  allow_vulnerable_openssl = yes
  reject_delay = 0
}}
thread pool {{
  start_servers = 1
  max_servers = 2
  min_spare_servers = 1
  max_spare_servers = 2
}}
client here {{
  ipaddr = 127.0.0.1
  secret = shared-by-both
  require_message_authenticator = yes
}}
modules {{
  files {{
    filename = {folder}/users
  }}
  pap {{
  }}
}}
server one {{
  listen {{
    type = auth
    ipaddr = 127.0.0.1
    port = {port}
  }}
  authorize {{
    files
    pap
  }}
  authenticate {{
    pap
  }}
  post-auth {{
    {sign}
    Post-Auth-Type REJECT {{
      {sign}
    }}
  }}
}}
"""
