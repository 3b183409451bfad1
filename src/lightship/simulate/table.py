"""Reports as columns, until the moment they leave as values."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from lightship.vocabulary.signals import Symptom

SYMPTOMS: tuple[Symptom, ...] = (
    "no-service", "slow", "intermittent", "some-sites", "cannot-log-in", "wrong-answer", "other",
)  # fmt: skip


@dataclass(frozen=True)
class ReportTable:
    """Reports, one a place in every column.

    Args:
        at: instants. service, area: numbers (`Customers`); area `NO_AREA`: none named.
        symptom: number in `SYMPTOMS`.
        reporter, prefix: opaque numbers; equal numbers are the same reporter, the same prefix.
        other_brand: names another provider.
    """

    at: np.ndarray
    service: np.ndarray
    area: np.ndarray
    symptom: np.ndarray
    reporter: np.ndarray
    prefix: np.ndarray
    other_brand: np.ndarray

    def __len__(self) -> int:
        return len(self.at)

    def pick(self, which: np.ndarray) -> "ReportTable":
        """The reports at these places, or where this is true."""
        return ReportTable(*(getattr(self, field.name)[which] for field in fields(self)))


def together(tables: Sequence[ReportTable]) -> ReportTable:
    """All of them, in the order of time; ties keep the order of the tables."""
    columns = [np.concatenate([getattr(t, field.name) for t in tables]) for field in fields(ReportTable)]
    whole = ReportTable(*columns)
    return whole.pick(np.argsort(whole.at, kind="stable"))
