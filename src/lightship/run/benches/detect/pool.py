"""Runs jobs in processes of their own, and tells how far they are."""

import multiprocessing
import os
import queue
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from typing import Any

from lightship.run.progress import Progress

_pings: Any = None
WAIT_SECONDS = 0.5

Job = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function of a module, and its arguments; `ping` is added."""


def run(jobs: Sequence[Job], workers: int, total: int) -> list[Any]:
    """The results in the order of the jobs. `total`: pings to be expected, for the bar."""
    with Progress("simulated days", total=total) as progress:
        if workers <= 1:
            return [job(*arguments, progress.advance) for job, arguments in jobs]
        context = multiprocessing.get_context("spawn")
        pings = context.Queue()
        with ProcessPoolExecutor(workers, context, _begin, (pings,)) as pool:
            futures = [pool.submit(_run, job, arguments) for job, arguments in jobs]
            _watch(futures, pings, progress)
            return [future.result() for future in futures]


def _begin(pings: Any) -> None:
    global _pings
    _pings = pings
    # One thread a process: numpy's own threads would fight over the cores that the processes fill.
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def _run(job: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    return job(*arguments, lambda: _pings.put(1))


def _watch(futures: Sequence[Future[Any]], pings: Any, progress: Progress) -> None:
    """Move the bar until all are done, or one has failed: then the rest is called off."""
    left = set(futures)
    while left:
        done, left = wait(left, WAIT_SECONDS, FIRST_COMPLETED)
        _drain(pings, progress)
        if any(each.exception() is not None for each in done):
            for each in left:
                each.cancel()
            return


def _drain(pings: Any, progress: Progress) -> None:
    while True:
        try:
            pings.get_nowait()
        except queue.Empty:
            return
        progress.advance()
