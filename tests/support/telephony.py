"""A real telephone exchange (Kamailio) with users and a telephone behind it (sipp) that echoes, or keeps silent."""

import random
import socket
import subprocess
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.debian import command
from tests.support.serving import Foreground, free_udp_port

USER, PASSWORD, DOMAIN = "ann", "correct horse", "voice.example"


class Exchange:
    """Kamailio on UDP and TCP: answers OPTIONS, registers `ann` by digest, carries calls to one telephone. A context.

    Args:
        telephone: the port of who is called. algorithm: of the digest.
    """

    def __init__(self, folder: Path, telephone: int, algorithm: str = "MD5") -> None:
        self.port = free_udp_port()
        configuration = folder / "kamailio.cfg"
        configuration.write_text(_EXCHANGE.format(port=self.port, telephone=telephone, algorithm=algorithm))
        words = [command("kamailio"), "-DD", "-E", "-f", str(configuration), "-w", str(folder), "-Y", str(folder),
                 "-m", "16", "-M", "2"]  # fmt: skip
        self._server = Foreground(words, folder, self._answers)

    def _answers(self) -> bool:
        with socket.socket() as tried:
            return tried.connect_ex(("127.0.0.1", self.port)) == 0

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()


class Telephone:
    """sipp, which picks up. A context.

    Args:
        scenario: empty: it picks up at once; else sipp's XML, in full.
        sound, host: the port and the address that it names for sound; absent: its own.
        echoes: whether sound is sent back there.
    """

    def __init__(
        self, folder: Path, scenario: str = "", sound: int | None = None, echoes: bool = True,
        host: str = "127.0.0.1",
    ) -> None:  # fmt: skip
        self.port, self._folder = free_udp_port(), folder
        what, once = ["-sn", "uas"], ["-m", "1", "-default_behaviors", "none"] if scenario else []
        if sound is not None:
            own = subprocess.run([command("sipp"), "-sd", "uas"], capture_output=True, text=True, check=False)
            scenario = own.stdout.replace("[media_port]", str(sound))
        if scenario:
            path = folder / "scenario.xml"
            path.write_text(scenario)
            what = ["-sf", str(path)]
        self._words = [
            command("sipp"), *what, *once, "-i", "127.0.0.1", "-p", str(self.port), "-mi", host,
            "-mp", str(_even_port()), "-nostdin", *(["-rtp_echo"] if echoes and sound is None else []),
        ]  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._words, cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        limit = time.monotonic() + 5
        while not _is_bound(self.port):
            if time.monotonic() > limit or self._process.poll() is not None:
                self.__exit__(None, None, None)
                raise AssertionError("sipp does not start")
            time.sleep(0.02)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None, "it was started"
        self._process.kill()
        self._process.wait(5)

    def ended(self, seconds: float) -> bool:
        """Whether its one scenario ran to the end, and well."""
        assert self._process is not None, "it was started"
        return self._process.wait(seconds) == 0


class Mirror:
    """Sends back each packet of sound, after a while and not all of them, by a seed. A context.

    Args:
        loss: share of the packets that is dropped. delay, jitter: seconds, and how far it swings to either side.
    """

    def __init__(self, loss: float = 0.0, delay: float = 0.0, jitter: float = 0.0) -> None:
        self._loss, self._delay, self._jitter, self._chance = loss, delay, jitter, random.Random(7)
        self._sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sock.bind(("127.0.0.1", 0))
        self.port: int = self._sock.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)

    def _serve(self) -> None:
        timers = []
        while True:
            data, source = self._sock.recvfrom(2048)
            if not data:
                break
            if self._chance.random() >= self._loss:
                wait = max(0.0, self._delay + self._chance.uniform(-1, 1) * self._jitter)
                timers.append(threading.Timer(wait, self._sock.sendto, (data, source)))
                timers[-1].start()
        for each in timers:
            each.cancel()
            each.join()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join(5)
        self._sock.close()


def _even_port() -> int:
    while (port := free_udp_port()) % 2 or port > 60_000:
        pass
    return port


def _is_bound(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as tried:
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


_EXCHANGE = """
debug=1
log_stderror=yes
children=1
tcp_children=1
auto_aliases=no
listen=udp:127.0.0.1:{port}
listen=tcp:127.0.0.1:{port}
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "auth.so"
modparam("auth", "algorithm", "{algorithm}")
modparam("usrloc", "db_mode", 0)
request_route {{
  if (!mf_process_maxfwd_header("10")) {{ sl_send_reply("483", "Too Many Hops"); exit; }}
  if (is_method("OPTIONS") && $rU == $null) {{ sl_send_reply("200", "Working"); exit; }}
  if (is_method("REGISTER")) {{
    if (!pv_www_authenticate("voice.example", "correct horse", "0")) {{ www_challenge("voice.example", "1"); exit; }}
    save("location");
    exit;
  }}
  if (has_totag()) {{
    loose_route();
    $du = "sip:127.0.0.1:{telephone}";
    t_relay();
    exit;
  }}
  if (is_method("CANCEL")) {{ if (t_check_trans()) t_relay(); exit; }}
  if (is_method("INVITE")) {{
    if ($rU == "nobody") {{ sl_send_reply("404", "Not Found"); exit; }}
    if ($rU == "engaged") {{ sl_send_reply("486", "Busy Here"); exit; }}
    if ($rU == "broken") {{ sl_send_reply("500", "Server Internal Error"); exit; }}
    if ($rU == "members") {{
      if (!pv_proxy_authenticate("voice.example", "correct horse", "0")) {{
        proxy_challenge("voice.example", "1"); exit;
      }}
      consume_credentials();
    }}
    record_route();
    $du = "sip:127.0.0.1:{telephone}";
    t_relay();
    exit;
  }}
}}
"""
