"""A real SNMP agent on loopback: net-snmp, versions 2c and 3, with counts that the test made up."""

from pathlib import Path

from tests.support.debian import command
from tests.support.serving import Foreground, free_udp_port

COMMUNITY, USER, AUTH, PRIV = "only-to-read", "ann", "authentic words", "private words"
OURS = "1.3.6.1.4.1.8072.9999.9999"
SESSIONS, STATE, TABLE = f"{OURS}.1.0", f"{OURS}.2.0", f"{OURS}.3"

_SCRIPT = f"""#!/bin/sh
found="$2"
if [ "$1" = -n ]; then
  found=""; after=no
  for each in .{SESSIONS} .{STATE} .{TABLE}.1 .{TABLE}.2 .{TABLE}.3; do
    case "$each" in "$2".*) after=yes;; esac
    [ $after = yes ] && {{ found=$each; break; }}
    [ "$each" = "$2" ] && after=yes
  done
fi
case "$found" in
  .{SESSIONS}) printf '%s\\ngauge\\n4711\\n' "$found";;
  .{STATE}) printf '%s\\nstring\\nworking\\n' "$found";;
  .{TABLE}.[123]) printf '%s\\ninteger\\n1\\n' "$found";;
esac
"""
"""What `pass` of snmpd asks: -g for an object, -n for the one behind it."""


class Snmpd:
    """Started by `start`, stopped by `stop`. It counts 4711 sessions, is "working", and has a table of three rows."""

    def __init__(self, folder: Path) -> None:
        self.port = free_udp_port()
        script, configuration = folder / "count", folder / "snmpd.conf"
        script.write_text(_SCRIPT)
        configuration.write_text(
            f"agentAddress udp:127.0.0.1:{self.port}\nrocommunity {COMMUNITY} 127.0.0.1\n"
            f'createUser {USER} SHA-256 "{AUTH}" AES "{PRIV}"\nrouser {USER} authpriv\n'
            f"pass .{OURS} /bin/sh {script}\nsysName box\n"
        )
        words = [command("snmpd"), "-f", "-C", "-c", str(configuration), "-Lo", "-p", str(folder / "pid"), "-I",
                 "-smux,mteTrigger,mteTriggerConf"]  # fmt: skip
        self._server = Foreground(words, folder, self._ready)
        self.start, self.stop = self._server.start, self._server.stop

    def _ready(self) -> bool:
        return "NET-SNMP version" in self._server.log.read_text()
