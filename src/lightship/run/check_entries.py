"""From an entry of `checks` to what is measured: its address, its secrets, its steps, over which families."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from lightship.edges.files.yaml_marks import Trail
from lightship.edges.probes.address import check
from lightship.edges.probes.expecting.reading import conditions
from lightship.edges.probes.probe import Expect, Secret
from lightship.edges.probes.scripts import steps
from lightship.edges.probes.secrets import secret
from lightship.run.configuration import FASTEST, LONGEST_TIMEOUT, SLOWEST, CheckEntry, Configuration
from lightship.run.mapped import Entry
from lightship.run.watched import short_name
from lightship.vocabulary.errors import BadInput

BEATS = ".heartbeats"
"""Signs of life are kept beside the store, in a folder of this ending."""

Place = Callable[[Trail], str]
"""Says where a part of the configuration stands."""


def entries_of(
    number: int, each: str | CheckEntry, file: Configuration, folder: Path, place: Place
) -> Sequence[Entry]:
    """What one entry has measured: once, or over each address family. Raises BadInput.

    Args:
        folder: what relative paths are relative to.
    """
    return _families(_entry(number, each, file, folder, place), each)


def _entry(number: int, each: str | CheckEntry, file: Configuration, folder: Path, place: Place) -> Entry:
    where: Trail = ("checks", number)
    entry = CheckEntry(each) if isinstance(each, str) else each
    _judged(entry, where, place)
    scheme = entry.url.partition("://")[0]
    more = {name: secret(said, place((*where, "secrets", name))) for name, said in entry.secrets.items()}
    made = check(
        entry.url, place(where), timeout=entry.timeout, contact=file.contact,
        **_expected(entry, place((*where, "expect"))),
        secret=secret(entry.secret, place((*where, "secret"))) if entry.secret else Secret(), secrets=more,
        every_address=entry.addresses == "every", command=tuple(entry.command),
        folder=str((folder / file.store).with_suffix(BEATS)),
        steps=steps(scheme, entry.steps, lambda n: place((*where, "steps", n))) if entry.steps else (),
    )  # fmt: skip
    return made, entry.name, entry.every


def _expected(entry: CheckEntry, where: str) -> dict[str, Any]:
    """The older form as it is, or sentences read. Raises BadInput."""
    if isinstance(entry.expect, Expect):
        return {"expect": entry.expect}
    return {"conditions": conditions(entry.expect, where)}


def _judged(entry: CheckEntry, where: Trail, place: Place) -> None:
    """Raise BadInput for what no check may be."""
    if not FASTEST <= entry.every <= SLOWEST:
        raise BadInput(place((*where, "every")), f"{entry.every:g} s", f"from {FASTEST:g} to {SLOWEST:g} s")
    if not 0 < entry.timeout <= LONGEST_TIMEOUT:
        raise BadInput(
            place((*where, "timeout")), f"{entry.timeout:g} s", f"above 0 and at most {LONGEST_TIMEOUT:g} s"
        )
    low, high = entry.expect.status if isinstance(entry.expect, Expect) else Expect().status
    if not 100 <= low <= high <= 599:
        raise BadInput(
            place((*where, "expect", "status")),
            f"[{low}, {high}]",
            "the lowest and the highest, from 100 to 599",
        )


def _families(entry: Entry, said: str | CheckEntry) -> Sequence[Entry]:
    """One thing to watch for each address family that was asked for, so that one can fail without the other."""
    made, name, every = entry
    wanted = "either" if isinstance(said, str) else said.families
    if wanted == "either":
        return (entry,)
    if wanted != "both":
        return ((msgspec.structs.replace(made, family=int(wanted)), name, every),)
    return tuple(
        (msgspec.structs.replace(made, family=each), f"{name or short_name(made)} over IPv{each}", every)
        for each in (4, 6)
    )
