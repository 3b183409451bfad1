"""The systemd unit of `wan protect`: the same command, with as few rights as it can do with."""

import shlex
import sys
from pathlib import Path

from lightship.edges.links.history import state_folder
from lightship.endure.wan.report import Place
from lightship.run.commands.wan.options import Asked
from lightship.run.wan.hands import Wanted
from lightship.vocabulary.errors import StoreRefused

FOLDER = Path("/etc/systemd/system")
NAME = "lightship-wan.service"
_HOMES = ("/home", "/root", "/run/user")

_UNIT = """\
[Unit]
Description=Lightship keeps the line: failover between {lines}
Wants=network-online.target
After=network-online.target

[Service]
ExecStart={command}
# Also after kill -9: takes away routes, rules and filters, and does nothing where there are none.
ExecStopPost={restore}
Restart=always
SuccessExitStatus=130
RestartSec=5
TimeoutStopSec=15
# A decision must not wait for a busy processor.
Nice=-5
StateDirectory=lightship/wan
CapabilityBoundingSet=CAP_NET_ADMIN CAP_NET_RAW{reads}
AmbientCapabilities=
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths={writes}
ProtectHome={home}
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_INET AF_INET6 AF_NETLINK AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
UMask=0077

[Install]
WantedBy=multi-user.target
"""


def unit(asked: Asked, wanted: Wanted) -> str:
    """The text of the unit."""
    program = [sys.executable, "-m", "lightship", "wan", "protect"]
    data, at_home = str(asked.data or state_folder()), _lives_in_a_home()
    writes = [
        data,
        *(["-/etc/resolv.conf", "-/etc"] if wanted.resolvers and not wanted.resolver_command else []),
    ]
    if wanted.report and "://" not in wanted.report:
        writes.append(str(Path(wanted.report).absolute().parent))
    return _UNIT.format(
        lines=" and ".join(asked.devices), command=_words([*program, *_options(asked, wanted)]),
        restore=_words([*program, "--restore", "--data", data]), writes=" ".join(writes),
        home="read-only" if at_home else "yes", reads=" CAP_DAC_READ_SEARCH" if at_home else "",
    )  # fmt: skip


def _lives_in_a_home() -> bool:
    """Whether Lightship or its Python lies where `ProtectHome=yes` would hide it, and where only its owner may read."""
    places = (Path(sys.prefix), Path(sys.executable).resolve(), Path(__file__).resolve())
    return any(place.is_relative_to(home) for place in places for home in _HOMES)


def _words(words: list[str]) -> str:
    return shlex.join(each.replace("%", "%%") for each in words)  # % begins a specifier in units


def _options(asked: Asked, wanted: Wanted) -> list[str]:
    plain: dict[str, tuple[object, object]] = {
        "--portal-check": (asked.portal_check or "none", None), "--profile": (asked.profile, "usual"),
        "--data": (asked.data, None), "--cap": (wanted.cap, None), "--month-begins": (wanted.first_day, 1),
        "--report": (wanted.report, None), "--service": (wanted.place.service, Place().service),
        "--area": (wanted.place.area, None), "--provider": (wanted.place.provider, None),
        "--resolver-command": (wanted.resolver_command, None),
    }  # fmt: skip
    many = {
        "--target": asked.targets,
        "--resolver": asked.resolvers,
        "--metered": asked.metered,
        "--allow": wanted.also,
    }
    said = [f"{name}={value}" for name, (value, usual) in plain.items() if value not in (None, usual)]
    said += [f"{name}={each}" for name, values in many.items() for each in values]
    return [*asked.devices, *said, *([] if wanted.resolvers else ["--no-resolver"])]


def install(asked: Asked, wanted: Wanted, folder: Path = FOLDER) -> Path:
    """Write it. Raises StoreRefused where that folder cannot be written."""
    path = folder / NAME
    try:
        path.write_text(unit(asked, wanted))
    except OSError as error:
        raise StoreRefused(
            f"{path}: cannot be written ({error.strerror}); root may, where systemd runs"
        ) from error
    return path
