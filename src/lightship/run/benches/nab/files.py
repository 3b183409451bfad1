"""The ten files: counts and marked windows."""

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
import numpy as np

from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.time import Tick, parse_iso, tick_of

WINDOWS = "windows.json"
WANTED = "a folder with windows.json and the realTweets files of the Numenta Anomaly Benchmark"


@dataclass(frozen=True)
class Series:
    """One file.

    Args:
        first: tick of the first row. ticks: (rows,) of each row, counted from it. counts: (rows,).
        windows: first and last row of each.
    """

    name: str
    first: Tick
    ticks: np.ndarray
    counts: np.ndarray
    windows: tuple[tuple[int, int], ...]


def read(folder: Path) -> tuple[Series, ...]:
    """All files of the folder that `windows.json` names.

    Raises:
        BadInput: something is missing or malformed; the message names the file and the line.
    """
    path = folder / WINDOWS
    if not path.is_file():
        raise BadInput(str(path), "no such file", WANTED)
    try:
        windows = msgspec.json.decode(path.read_bytes(), type=dict[str, list[tuple[str, str]]])
    except msgspec.MsgspecError as error:
        raise BadInput(str(path), str(error), "file name -> list of [first, last] timestamps") from error
    return tuple(_series(folder / name, spans) for name, spans in sorted(windows.items()))


def _series(path: Path, spans: list[tuple[str, str]]) -> Series:
    if not path.is_file():
        raise BadInput(str(path), "no such file", WANTED)
    stamps, counts = list[int](), list[float]()
    with path.open(newline="") as file:
        lines = csv.reader(file)
        next(lines, None)
        for number, line in enumerate(lines, start=2):
            try:
                stamps.append(_tick(line[0]))
                counts.append(float(line[1]))
            except (IndexError, ValueError) as error:
                raise BadInput(f"{path}:{number}", str(error), "timestamp,value") from error
    ticks = np.array(stamps)
    if len(ticks) == 0 or (np.diff(ticks) < 0).any():
        raise BadInput(str(path), "no rows, or not in the order of time", "rows by ascending time")
    return Series(
        path.stem, Tick(int(ticks[0])), ticks - ticks[0], np.array(counts), _rows(path, ticks, spans)
    )


def _rows(path: Path, ticks: np.ndarray, spans: list[tuple[str, str]]) -> tuple[tuple[int, int], ...]:
    found = []
    for first, last in spans:
        try:
            low, high = _tick(first), _tick(last)
        except ValueError as error:
            raise BadInput(f"{path.name} in {WINDOWS}", str(error), "two timestamps") from error
        found.append((int(np.searchsorted(ticks, low)), int(np.searchsorted(ticks, high, side="right")) - 1))
    return tuple(sorted(found))


def _tick(text: str) -> int:
    return tick_of(parse_iso(datetime.fromisoformat(text).isoformat() + "Z"))
