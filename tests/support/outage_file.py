"""A small outage as files that people could have written: four towns, one peering site, two hours."""

from pathlib import Path

PLACES = """\
code,kind,parent,place,latitude,longitude,nation,region,population_approx
01603,area,,Norwich,52.628,1.299,England,East of England,300000
01493,area,,Great Yarmouth,52.608,1.729,England,East of England,100000
01502,area,,Lowestoft,52.475,1.752,England,East of England,90000
01379,area,,Diss,52.377,1.110,England,East of England,40000
"""

OUTAGE = """\
schema: lightship-scenario/1
id: small-outage
title: A peering site is out
deployment: provider
t0: 2024-05-14T09:00:00Z
tz: Europe/London
seed: 7
start: -30m
end: 1h30m
known:
  - {what: onset, value: "09:00Z", source: "https://statement.example"}
assumed:
  - {what: network, value: four towns, why: made up}
map:
  map: lightship-map/1
  id: small-outage
  provider: Wherry Broadband
  places: places.csv
  synthetic: true
  services:
    - id: broadband
      name: broadband
      lines: 400000
      areas: ["01603", "01493", "01502", "01379"]
      needs: [{split: [{on: peering-1, share: 0.6}, {on: peering-2, share: 0.4}]}]
    - {id: voice, name: phone calls, lines: 200000, areas: ["01603", "01493", "01502", "01379"], needs: [switch]}
  components:
    - {id: peering-1, kind: peering, name: First peering site, needs: [ups-1]}
    - {id: peering-2, kind: peering, name: Second peering site}
    - {id: ups-1, kind: ups, name: UPS of the first site}
    - {id: switch, kind: softswitch, name: Switch}
    - {id: line-1, kind: other, name: Our own line}
  probes:
    - {vantage: home-1, network: wherry, target: "https://by-1.example", service: broadband, via: [line-1, peering-1]}
    - {vantage: home-1, network: wherry, target: "https://by-2.example", service: broadband, via: [line-1, peering-2]}
    - {vantage: home-2, network: wherry, target: "https://by-1.example", service: broadband, via: [peering-1]}
    - {vantage: home-2, network: wherry, target: "https://by-2.example", service: broadband, via: [peering-2]}
    - {vantage: far, network: another, target: "tcp://edge-1.example:443", service: broadband, via: [peering-1]}
    - {vantage: far, network: another, target: "https://control.example", control: true}
faults:
  - {at: 0s, until: 40m, node: ups-1, mode: power_out}
truth:
  - {question: down, kind: assumed, spans: [{from: 0s, until: 40m, answer: "yes"}]}
  - question: services
    kind: assumed
    spans: [{from: 0s, until: 40m, answer: "yes", items: [broadband], wrong: [voice]}]
  - {question: why, kind: assumed, spans: [{from: 0s, until: 40m, items: [ups-1, peering-1]}]}
deadlines: {down: 5m}
never: [close_before_service_back]
"""


def write_outage(folder: Path, *changes: tuple[str, str]) -> Path:
    """The scenario's file, its places beside it; of each change, the first text is replaced by the second."""
    text = OUTAGE
    for old, new in changes:
        assert old in text, f"{old!r} is not in the scenario"
        text = text.replace(old, new)
    (folder / "places.csv").write_text(PLACES)
    path = folder / "small-outage.yaml"
    path.write_text(text)
    return path
