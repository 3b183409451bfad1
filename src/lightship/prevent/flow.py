"""Gates as arrays, many at once: the same rule as `prevent.gates`, for failures that reach hundreds of nodes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lightship.prevent.gates import SPLIT, CompiledGate

ALL_OF = -1
"""How a gate counts, beside `SPLIT` and k of n."""


@dataclass(frozen=True)
class Ragged:
    """Lists of different lengths in one array: list n is `values[start[n]:start[n + 1]]`."""

    start: np.ndarray
    values: np.ndarray

    @classmethod
    def of(cls, lists: Sequence[Sequence[int]]) -> "Ragged":
        """Pack."""
        start = np.cumsum([0, *(len(each) for each in lists)])
        return cls(start, np.array([value for each in lists for value in each], dtype=np.int64))

    def where(self, which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Positions in `values` of those lists, one list after the other, and where each of them begins therein."""
        length = self.start[which + 1] - self.start[which]
        begin = np.cumsum(length) - length
        return np.repeat(self.start[which] - begin, length) + np.arange(int(length.sum())), begin

    def at(self, which: np.ndarray) -> np.ndarray:
        """The values of those lists, one list after the other."""
        return np.asarray(self.values[self.where(which)[0]])


def distinct(numbers: np.ndarray, size: int) -> np.ndarray:
    """The different ones among numbers from 0 to size - 1, ascending."""
    seen = np.zeros(size, dtype=bool)
    seen[numbers] = True
    return np.flatnonzero(seen)


@dataclass(frozen=True)
class Flow:
    """The gates of some nodes, equal gates once.

    Args:
        how: (gates,) ALL_OF, SPLIT, or k. needs: per gate, component numbers. share: parallel to `needs.values`.
        gates: per node, its gates. owners: per gate, the nodes that have it. users: per component, the gates it is in.
    """

    how: np.ndarray
    needs: Ragged
    share: np.ndarray
    gates: Ragged
    owners: Ragged
    users: Ragged

    @classmethod
    def of(cls, nodes: Sequence[Sequence[CompiledGate]], components: int) -> "Flow":
        """Compile the gates of these nodes."""
        number: dict[CompiledGate, int] = {}
        gates = [[number.setdefault(gate, len(number)) for gate in own] for own in nodes]
        owners: list[list[int]] = [[] for _ in number]
        for node, own in enumerate(gates):
            for gate in dict.fromkeys(own):
                owners[gate].append(node)
        users: list[list[int]] = [[] for _ in range(components)]
        for (_, needs), gate in number.items():
            for on in dict.fromkeys(on for on, _ in needs):
                users[on].append(gate)
        return cls(
            how=np.array([ALL_OF if how is None else how for how, _ in number], dtype=np.int64),
            needs=Ragged.of([[on for on, _ in needs] for _, needs in number]),
            share=np.array([share for _, needs in number for _, share in needs]),
            gates=Ragged.of(gates), owners=Ragged.of(owners), users=Ragged.of(users),
        )  # fmt: skip

    def touched(self, weak: np.ndarray) -> np.ndarray:
        """The nodes with one of these components in a gate, ascending."""
        gates = distinct(self.users.at(weak), len(self.how))
        return distinct(self.owners.at(gates), len(self.gates.start) - 1)

    def health(self, nodes: np.ndarray, components: np.ndarray) -> np.ndarray:
        """(nodes,) product of the gates of each of these nodes, with (components,) their health, 0-1."""
        at, begin = self.gates.where(nodes)
        gate = self.gates.values[at]
        unique = distinct(gate, len(self.how))
        value = np.ones(len(self.how))
        value[unique] = self._of_gates(unique, components)
        parts = value[gate]
        filled = self.gates.start[nodes + 1] > self.gates.start[nodes]
        found = np.ones(len(nodes))
        if len(parts):
            found[filled] = np.multiply.reduceat(parts, begin[filled])
        return found

    def _of_gates(self, gates: np.ndarray, components: np.ndarray) -> np.ndarray:
        """(gates,) health of each of these gates."""
        found = np.ones(len(gates))
        hows = self.how[gates]
        for how in (distinct(hows - ALL_OF, int(self.how.max(initial=0)) + 2) + ALL_OF).tolist():
            mine = np.flatnonzero(hows == how)
            at, begin = self.needs.where(gates[mine])
            lost = self.share[at] * (1.0 - components[self.needs.values[at]])
            if how == SPLIT:
                found[mine] = np.maximum(0.0, 1.0 - np.add.reduceat(lost, begin))
            elif how == ALL_OF:
                found[mine] = np.multiply.reduceat(1.0 - lost, begin)
            else:
                found[mine] = self._best(1.0 - lost, begin, how)
        return found

    @staticmethod
    def _best(parts: np.ndarray, begin: np.ndarray, k: int) -> np.ndarray:
        """The k-th largest of each stretch of `parts`."""
        length = np.diff(np.append(begin, len(parts)))
        found = np.empty(len(begin))
        for n in np.unique(length).tolist():
            mine = np.flatnonzero(length == n)
            found[mine] = np.sort(parts[begin[mine, None] + np.arange(n)], axis=1)[:, n - k]
        return found
