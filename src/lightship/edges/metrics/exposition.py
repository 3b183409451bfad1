"""Prometheus' text format, version 0.0.4: families of samples, each with its help and its kind, names escaped."""

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

KIND = "text/plain; version=0.0.4; charset=utf-8"

Labels = Mapping[str, str]
NONE: Labels = {}


class Family(msgspec.Struct, frozen=True):
    """All samples of one name.

    Args:
        samples: labels and value; of a histogram, with the suffix of the name ("_bucket", "_sum", "_count").
    """

    name: str
    kind: Literal["gauge", "counter", "histogram"]
    help: str
    samples: tuple[tuple[Labels, float], ...] = ()
    suffixed: tuple[tuple[str, Labels, float], ...] = ()


def exposed(families: Iterable[Family]) -> bytes:
    """The document. Families without samples are left out."""
    lines = list[str]()
    for each in families:
        if not each.samples and not each.suffixed:
            continue
        lines += [f"# HELP {each.name} {_help(each.help)}", f"# TYPE {each.name} {each.kind}"]
        lines += [f"{each.name}{_labels(labels)} {_number(value)}" for labels, value in each.samples]
        lines += [
            f"{each.name}{suffix}{_labels(labels)} {_number(value)}"
            for suffix, labels, value in each.suffixed
        ]
    return ("\n".join(lines) + "\n").encode()


def histogram(name: str, help: str, bounds: Iterable[float], counts: Iterable[int], total: float) -> Family:
    """Of counts by bucket, the last one without a bound; `total`: the sum of what was counted."""
    samples, so_far = list[tuple[str, Labels, float]](), 0
    for bound, count in zip([*(f"{each:g}" for each in bounds), "+Inf"], counts, strict=True):
        so_far += count
        samples.append(("_bucket", {"le": bound}, float(so_far)))
    samples += [("_sum", NONE, total), ("_count", NONE, float(so_far))]
    return Family(name, "histogram", help, (), tuple(samples))


def _labels(labels: Labels) -> str:
    return "{" + ",".join(f'{name}="{_value(said)}"' for name, said in labels.items()) + "}" if labels else ""


def _value(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _help(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
