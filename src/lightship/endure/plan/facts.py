"""What a home or a firm says of itself. Absent is not known, and is printed as that."""

from typing import Literal

import msgspec

Service = Literal["broadband", "voice", "email", "mobile", "power"]
Nation = Literal[
    "England", "Scotland", "Wales", "Northern Ireland", "Isle of Man", "Jersey", "Guernsey", "elsewhere"
]


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody to call. `does`: what for ("decides", "knows the router")."""

    name: str
    phone: str
    does: str = ""


class Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who provides which services, and what to have at hand when calling. `page`: of its service status."""

    name: str
    services: tuple[Service, ...]
    phone: str = ""
    account: str = ""
    page: str = ""


class Diversion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Calls to `number` go to `to`.

    Args:
        how: what to dial or press, as the provider says.
        works_when_down: whether it can be switched on while the line itself is out; None: not known.
        tried: the day it was last tried (2026-05-01); empty: never.
    """

    number: str
    to: str
    how: str = ""
    works_when_down: bool | None = None
    tried: str = ""


class Application(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that the work depends on.

    Args:
        kind: one of the shipped descriptions ("microsoft-365"), which fills what is absent here; empty: none.
        needs: addresses that have to answer, as `lightship check` takes them.
        without: what to do while it does not work.
    """

    name: str
    kind: str = ""
    needs: tuple[str, ...] = ()
    without: str = ""


class Firm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file as written.

    Args:
        digital_voice: the telephone works through the router; None: not known.
        battery_minutes: for which router and telephone go on without mains power; 0: none; None: not known.
        relies_on_landline: somebody has no other way to call for help; None: not known.
        second_line: how to get online while broadband is out ("4G modem wwan0", "the phone's hotspot"); empty: none.
        lines: network devices over which the applications are checked ("eth0"); empty: those that `wan` knows.
    """

    name: str = ""
    nation: Nation = "England"
    zone: str = "Europe/London"
    people: tuple[Person, ...] = ()
    providers: tuple[Provider, ...] = ()
    digital_voice: bool | None = None
    battery_minutes: int | None = None
    relies_on_landline: bool | None = None
    second_line: str = ""
    diversions: tuple[Diversion, ...] = ()
    applications: tuple[Application, ...] = ()
    lines: tuple[str, ...] = ()
