"""Looking at a copy as a reader would: is it whole, ours, the newest? Trouble is words, never an exception."""

import hashlib
from collections.abc import Callable, Iterable, Iterator

import msgspec

from lightship import __version__
from lightship.edges.channels.posting import Inside, NoAnswer, NotSent, post, target
from lightship.edges.mirrors.mirror import MirrorTrouble
from lightship.edges.mirrors.packing import MANIFEST, SIGNATURE, Manifest, Release
from lightship.edges.mirrors.signing import check
from lightship.vocabulary.errors import BadInput

Reads = Callable[[str], bytes]
"""Gives one file of a copy. Raises MirrorTrouble."""

LARGEST = 8_000_000
SAMPLED = 12
"""Files that are looked at besides those that changed; every release other ones, so that in time all are seen."""
CHANGED_LOOKED_AT = 40


def over_http(url: str) -> Reads:
    """Reads below an address, past caches, uncompressed, without following anybody elsewhere."""

    def read(path: str) -> bytes:
        where = target(f"{url.rstrip('/')}/{path}", "url", plain=True)
        told = {
            "User-Agent": f"Lightship/{__version__}",
            "Accept-Encoding": "identity",
            "Cache-Control": "no-cache",
        }
        try:
            reply = post(where, told, b"", anywhere=True, method="GET", most=LARGEST)
        except (NotSent, NoAnswer, Inside) as error:
            raise MirrorTrouble(f"not reached: {error}") from None
        if reply.status != 200:
            raise MirrorTrouble(f"{path}: status {reply.status}")
        return reply.body

    return read


def look(reads: Reads, release: Release, key: str, changed: Iterable[str] = ()) -> str:
    """What is wrong with a copy that should hold this release; empty: nothing that was looked at.

    Args:
        key: whose signature it has to be. changed: paths to look at besides the sample.
    """
    try:
        return next(_wrong(reads, release, key, changed), "")
    except (MirrorTrouble, BadInput) as trouble:
        return str(trouble)


def _wrong(reads: Reads, release: Release, key: str, changed: Iterable[str]) -> Iterator[str]:
    manifest = reads(MANIFEST)
    if manifest != release.manifest.raw:
        yield _other(manifest, release.sequence)
    if release.signature is not None:
        said = check(manifest, reads(SIGNATURE), key)
        if said:
            yield said
    for path in sample(release, changed):
        if hashlib.sha256(reads(path)).hexdigest() != release.files[path].digest:
            yield f"{path} is not what we published"


def _other(manifest: bytes, ours: int) -> str:
    try:
        held = msgspec.json.decode(manifest, type=Manifest)
    except msgspec.MsgspecError:
        return "its manifest is not one of ours"
    if held.sequence != ours:
        return f"it shows release {held.sequence}, not {ours}"
    return f"its manifest of release {ours} is not the one that we published"


def sample(release: Release, changed: Iterable[str] = ()) -> tuple[str, ...]:
    """The front page, the first of what changed, and some others in turn."""
    paths = sorted(release.files)
    start = release.sequence * SAMPLED % max(1, len(paths))
    turn = [*paths[start:], *paths[:start]][:SAMPLED]
    front = ["index.html"] if "index.html" in release.files else []
    first = [path for path in changed if path in release.files][:CHANGED_LOOKED_AT]
    return tuple(dict.fromkeys((*front, *first, *turn)))


def whole(reads: Reads, key: str) -> Iterator[tuple[str, str]]:
    """Look at every file of a copy by its own manifest: path, and what is wrong with it (empty: nothing)."""
    try:
        manifest = reads(MANIFEST)
        yield MANIFEST, check(manifest, reads(SIGNATURE), key)
        listed = msgspec.json.decode(manifest, type=Manifest)
    except MirrorTrouble as trouble:
        yield MANIFEST, str(trouble)
        return
    except msgspec.MsgspecError:
        yield MANIFEST, "it is not a manifest of ours"
        return
    for path, each in listed.files.items():
        try:
            good = hashlib.sha256(reads(path)).hexdigest() == each.sha256
            yield path, "" if good else "not what its manifest says"
        except (MirrorTrouble, BadInput) as trouble:
            yield path, str(trouble)
