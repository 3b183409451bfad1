"""`continuity.yaml`, the facts of a home or firm, and the playbooks that ship."""

import re
from pathlib import Path
from typing import TypeVar

import msgspec

from lightship.edges.files.maps.decoding import decode
from lightship.edges.files.maps.findings import Findings, did_you_mean
from lightship.edges.files.shipped import data_path
from lightship.edges.files.yaml_marks import Trail, read_yaml
from lightship.edges.probes.address import check
from lightship.endure.plan.facts import Firm
from lightship.endure.plan.playbook import Playbooks
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.zones import zone

PLAYBOOKS = "playbooks.yaml"
T = TypeVar("T", bound=msgspec.Struct)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

BEGUN = """\
# The facts of this home or firm, for `lightship ready` and its plan on paper. What you leave out is not known.
name: ""
nation: England            # Scotland, Wales, Northern Ireland, Isle of Man, Jersey, Guernsey, elsewhere
zone: Europe/London

people: []                 # whom to call:
#  - {name: Ann, phone: "01632 960001", does: decides}

providers: []              # who provides what, and what to have at hand:
#  - {name: Example Telecom, services: [broadband, voice], phone: "0800 000000", account: "A 1234"}

# digital_voice: true      # the telephone is plugged into the router
# battery_minutes: 60      # for which router and telephone work without mains power; 0: there is no battery
# relies_on_landline: false  # somebody has no other way to call for help
# second_line: 4G modem wwan0

diversions: []             # calls that can be sent elsewhere:
#  - {number: "01632 960000", to: "07700 900001", how: "*21*07700900001#", tried: 2026-05-01}

applications: []           # what the work depends on
# kind: microsoft-365, google-workspace, hosted-telephony, card-terminal or crm; or state needs and without yourself:
#  - {name: Office, kind: microsoft-365}
#  - {name: Telephones, kind: hosted-telephony, needs: ["tls://sip.example.org:5061"]}
"""
"""What `lightship ready --begin` writes."""


def playbooks() -> Playbooks:
    """The shipped ones. Raises BadInput where the file is damaged."""
    document = read_yaml(data_path(PLAYBOOKS))
    findings = Findings(document)
    found = _decoded(document.plain, Playbooks, findings)
    for number, book in enumerate(found.playbooks):
        for at, step in enumerate(book.steps):
            if step.source and step.source not in found.sources:
                where: Trail = ("playbooks", number, "steps", at, "source")
                findings.error(
                    where, f"no source {step.source!r}", did_you_mean(step.source, found.sources, "add it")
                )
    findings.stop_if_wrong()
    return found


def read_firm(path: Path, books: Playbooks) -> Firm:
    """Read the facts. Raises BadInput naming file, line and path of everything that is wrong."""
    document = read_yaml(path)
    findings = Findings(document)
    if document.plain is None:
        return Firm()
    if not isinstance(document.plain, dict):
        raise BadInput(
            document.place(), "no keys in this file", "write `name: ...`; `lightship ready --begin` shows how"
        )
    firm = _decoded(document.plain, Firm, findings)
    _check(firm, books, findings)
    findings.stop_if_wrong()
    return firm


def _decoded(plain: object, form: type[T], findings: Findings) -> T:
    found = decode(plain, form, (), findings)
    findings.stop_if_wrong()
    assert found is not None, "decode says what is wrong where it gives nothing"
    return found


def _check(firm: Firm, books: Playbooks, findings: Findings) -> None:
    try:
        zone(firm.zone)
    except BadInput as error:
        findings.error(("zone",), error.found, error.would_do)
    if firm.battery_minutes is not None and not 0 <= firm.battery_minutes <= 10_000:
        findings.error(("battery_minutes",), f"{firm.battery_minutes}", "minutes, from 0 to 10000")
    for number, each in enumerate(firm.diversions):
        if each.tried and not _DAY.fullmatch(each.tried):
            findings.error(("diversions", number, "tried"), repr(each.tried), "a day such as 2026-05-01")
    for number, work in enumerate(firm.applications):
        if work.kind and work.kind not in books.applications:
            known = books.applications
            would_do = did_you_mean(work.kind, known, f"one of {', '.join(known)}, or leave it out")
            findings.error(("applications", number, "kind"), f"no kind {work.kind!r}", would_do)
        for at, address in enumerate(work.needs):
            _check_address(address, ("applications", number, "needs", at), findings)


def _check_address(address: str, trail: Trail, findings: Findings) -> None:
    try:
        check(address, "here")
    except BadInput as error:
        findings.error(trail, error.found, error.would_do)
