"""The published site of one hub: rendered from the state, packed, put into its folder and before its readers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from lightship.edges.files.templates import template_texts
from lightship.edges.mirrors.directory import Directory
from lightship.edges.mirrors.packing import Packer, Release
from lightship.edges.mirrors.signing import Signer
from lightship.edges.stores.store import Store
from lightship.run.fold import CoreState
from lightship.run.situation import situation
from lightship.tell.site import Site
from lightship.tell.site.reading import updates_of
from lightship.vocabulary.time import Instant, iso
from lightship.vocabulary.updates import Update


@dataclass
class PublishedSite:
    """Renders what the store and the state say, and keeps a folder equal to it.

    Args:
        shown: told of each release after it is in the folder: the server that answers from memory.
        signer: signs each release; None: nobody does.
        known, assumed: of a simulation, what rests on sources and what on us, a sentence each.
    """

    store: Store
    folder: Path
    known: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    shown: list[Callable[[Release], None]] = field(default_factory=list)
    signer: Signer | None = None

    def __post_init__(self) -> None:
        self._directory = Directory(self.folder)
        self._site, self._packer = Site(template_texts()), Packer()

    def publish(self, state: CoreState, at: Instant) -> int:
        """Bring the folder and the readers to this state; gives how many files changed. Without a map: nothing.

        Raises:
            StoreRefused: the folder cannot be written; what stood there stands.
        """
        if state.stages is None:
            return 0
        wanted = situation(state, self.store.incidents(), self.store.updates(), at, self.known, self.assumed)
        texts = self._site.files(wanted)
        release = self._packer.pack(texts, state.seq, iso(at), state.settings.simulated)
        if self.signer is not None:
            sealed = self.signer.seal(release.manifest.raw, release.sequence)
            release = msgspec.structs.replace(release, signature=sealed)
        changed = self._directory.publish(release)
        for reader in self.shown:
            reader(release)
        return changed

    def updates(self) -> tuple[Update, ...]:
        """Every message, read back from the published files, oldest first."""
        documents = sorted((self.folder / "i").glob("*.json"))
        found = [update for each in documents for update in updates_of(each.read_bytes())]
        return tuple(sorted(found, key=lambda each: (each.at, each.incident, each.number)))
