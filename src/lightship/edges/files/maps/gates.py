"""From entries of `needs` to gates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import UNSET

from lightship.edges.files.maps.findings import Findings, did_you_mean
from lightship.edges.files.maps.forms import Entry, Member
from lightship.edges.files.yaml_marks import Trail
from lightship.vocabulary.components import ComponentId, Gate, Need
from lightship.vocabulary.sources import Source

TOLERANCE = 1e-6
"""Shares that people round may add up to a little over 1."""

_GATES = ("all_of", "any_of", "of", "split")


@dataclass
class Gates:
    """Builds gates, and remembers where each component was mentioned.

    Args:
        sources: the sources that the file may name.
        mentions: every component that a gate or a feed names, with the place of the name.
    """

    findings: Findings
    sources: Mapping[str, Source]
    mentions: list[tuple[ComponentId, Trail]] = field(default_factory=list)

    def source(self, name: str | None, trail: Trail, default: Source) -> Source:
        """The source of that name; the default where none is named."""
        if name is None:
            return default
        if name not in self.sources:
            known = ", ".join(self.sources)
            self.findings.error(
                (*trail, "source"), f"no source {name!r}", did_you_mean(name, self.sources, f"one of {known}")
            )
            return default
        return self.sources[name]

    def needs(self, entries: Sequence[str | Entry], trail: Trail, default: Source) -> tuple[Gate, ...]:
        """Single entries that follow each other make one gate, all of them needed; gates stand for themselves."""
        found: list[Gate] = []
        run: list[Need] = []
        for n, entry in enumerate(entries):
            here = (*trail, n)
            if isinstance(entry, str):
                run.append(self.need(Member(entry), here, default))
            elif self._is_single(entry, here):
                share = 1.0 if entry.share is UNSET else entry.share
                run.append(self.need(Member(entry.on or "", share, entry.source), (*here, "on"), default))
            else:
                found += [Gate(tuple(run))] if run else []
                run = []
                found += self.gate(entry, here, default)
        return (*found, Gate(tuple(run))) if run else tuple(found)

    def gate(self, entry: Entry, trail: Trail, default: Source) -> tuple[Gate, ...]:
        """The gate of an entry; none where it is wrong."""
        named = [each for each in _GATES if getattr(entry, each) is not None]
        if len(named) != 1 or entry.on is not None or entry.share is not UNSET:
            what = (
                " and ".join((*(("on",) if entry.on is not None else ()), *named))
                or "neither a component nor a gate"
            )
            self.findings.error(
                trail,
                f"a need with {what}",
                "either `on: ID`, or one of all_of, any_of, split, or at_least with of",
            )
            return ()
        source = self.source(entry.source, trail, default)
        members = self.members(getattr(entry, named[0]), (*trail, named[0]), source)
        count = self._count(entry, named[0], len(members), trail)
        if not members:
            self.findings.error((*trail, named[0]), "a gate over nothing", "one component at least")
            return ()
        if named[0] == "split":
            self.check_split(members, (*trail, "split"))
        return (Gate(members, count, split=named[0] == "split"),)

    def members(self, entries: Sequence[str | Member], trail: Trail, default: Source) -> tuple[Need, ...]:
        """The needs of one gate."""
        return tuple(
            self.need(Member(entry), (*trail, n), default)
            if isinstance(entry, str)
            else self.need(entry, (*trail, n, "on"), default)
            for n, entry in enumerate(entries)
        )

    def need(self, member: Member, trail: Trail, default: Source) -> Need:
        """One edge, from an entry whose id stands at the end of the trail."""
        on = ComponentId(member.on)
        self.mentions.append((on, trail))
        if not 0.0 < member.share <= 1.0:
            self.findings.error(
                (*trail[:-1], "share"),
                f"a share of {member.share:g}",
                "more than 0 and at most 1 (0.1 is a tenth)",
            )
        return Need(on, member.share, self.source(member.source, trail[:-1], default))

    def check_split(self, members: Sequence[Need], trail: Trail) -> None:
        """The parts of one load cannot be more than all of it."""
        total = sum(each.share for each in members)
        if total > 1.0 + TOLERANCE:
            self.findings.error(
                trail, f"shares that add up to {total:.4g}", "shares of one load that add up to 1"
            )

    def _is_single(self, entry: Entry, trail: Trail) -> bool:
        others = [each for each in (*_GATES, "at_least") if getattr(entry, each) is not None]
        return entry.on is not None and not others

    def _count(self, entry: Entry, named: str, size: int, trail: Trail) -> int | None:
        if named == "of":
            if entry.at_least is None or not 1 <= entry.at_least <= size:
                found = "no at_least" if entry.at_least is None else f"at least {entry.at_least} of {size}"
                self.findings.error((*trail, "at_least"), found, f"a whole number from 1 to {size}")
            return entry.at_least
        if entry.at_least is not None:
            self.findings.error(
                (*trail, "at_least"), f"at_least beside {named}", "at_least goes with `of: [...]`"
            )
        return 1 if named == "any_of" else None
