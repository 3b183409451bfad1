"""Copies of the page elsewhere, put together: what the configuration says, a thread a mirror, how they stand."""

import random
import re
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from lightship.edges.clock import Clock, now
from lightship.edges.files.yaml_marks import Trail
from lightship.edges.mirrors.mirror import Mirror, open_mirror
from lightship.edges.mirrors.packing import Release
from lightship.edges.mirrors.pushing import Pushing, Standing
from lightship.edges.mirrors.reading_back import over_http
from lightship.edges.mirrors.signing import Signer
from lightship.run.configuration import Configuration
from lightship.vocabulary.components import ComponentId, NetworkMap
from lightship.vocabulary.errors import BadInput

Place = Callable[[Trail], str]
OWN = ("kind", "name", "url", "component")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")


class MirrorPlan(msgspec.Struct, frozen=True):
    """One mirror, checked. `url`: where readers see it; empty: it is read back by its own way in."""

    name: str
    kind: str
    mirror: Mirror
    url: str = ""


def key_of(store: Path) -> Path:
    """Where the key that signs a store's releases lies."""
    return store.with_suffix(".site.key")


def standing_of(store: Path) -> Path:
    """Where the mirrors' standing is written down for operators."""
    return store.with_suffix(".mirrors.json")


def mirrors_plan(
    file: Configuration, network: NetworkMap, store: Path, place: Place
) -> tuple[MirrorPlan, ...]:
    """What the configuration says. Raises BadInput naming the place."""
    found: list[MirrorPlan] = []
    for number, entry in enumerate(file.mirrors):
        trail: Trail = ("mirrors", number)
        name, kind, url, component = (
            _word(entry, key, place(trail)) for key in ("name", "kind", "url", "component")
        )
        if not _NAME.fullmatch(name) or any(each.name == name for each in found):
            raise BadInput(
                place((*trail, "name")), ascii(name), "a name of its own: letters, digits, hyphens"
            )
        if url and not url.startswith(("https://", "http://")):
            raise BadInput(
                place((*trail, "url")), ascii(url), "where readers see it, such as https://copy.example/"
            )
        if component and ComponentId(component) not in network.component:
            raise BadInput(
                place((*trail, "component")), f"the map has no {component!r}", "name a component of it"
            )
        options = {key: value for key, value in entry.items() if key not in OWN}
        staging = store.with_suffix(".mirrors") / name
        found.append(MirrorPlan(name, kind, open_mirror(kind, options, staging, place(trail)), url))
    return tuple(found)


def _word(entry: Mapping[str, Any], key: str, place: str) -> str:
    value = entry.get(key, "")
    if not isinstance(value, str):
        raise BadInput(
            place, f"{key} is no text", "such as {kind: directory, name: second-disk, to: /mnt/copy}"
        )
    return value


class Mirroring:
    """All mirrors of one deployment.

    Args:
        warned: hears, in a line, when a mirror begins to be in trouble and when it is over.
    """

    def __init__(
        self, plans: tuple[MirrorPlan, ...], store: Path, signer: Signer, warned: Callable[[str], None],
        clock: Clock = now,
    ) -> None:  # fmt: skip
        self._file, self._warned, self._turn = standing_of(store), warned, threading.Lock()
        self._standing: dict[str, Standing] = {}
        self._pushing = [
            Pushing(
                each.name, each.kind, each.mirror, over_http(each.url) if each.url else None, each.url, signer.public,
                clock, random.random, self._told,
            )
            for each in plans
        ]  # fmt: skip

    def start(self) -> None:
        """Push from now on."""
        for each in self._pushing:
            each.start()

    def offer(self, release: Release) -> None:
        """A new release for all of them. A simulation leaves this machine nowhere."""
        if not release.simulated:
            for each in self._pushing:
                each.offer(release)

    def stop(self) -> None:
        """What is on its way is finished."""
        for each in self._pushing:
            each.stop()

    def _told(self, standing: Standing) -> None:
        with self._turn:
            before = self._standing.get(standing.name)
            self._standing[standing.name] = standing
            words = msgspec.json.encode(list(self._standing.values()))
            beside = self._file.with_name(f".{self._file.name}.new")
            beside.write_bytes(words)
            beside.replace(self._file)
        bad, was_bad = (
            standing.state != "good",
            before is not None and before.state not in ("good", "waiting"),
        )
        if bad and not was_bad:
            self._warned(f"mirror {standing.name}: {standing.trouble}")
        elif was_bad and not bad:
            self._warned(f"mirror {standing.name}: whole again at release {standing.release}")
