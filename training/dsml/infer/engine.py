"""Spreads calls over worker processes with Dask: local ones, or those of a cluster by its scheduler's address.

Dask gives what a long run needs and what is easy to get wrong: workers that die are replaced and their calls made again
elsewhere, workers may come and go, results are told once. Calls are handed out as workers take them up, never all at
once: the memory of scheduler and caller does not grow with the number of slides.
"""

import contextlib
import logging
import math
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

import dask
from distributed import Client, Future, KilledWorker, LocalCluster, as_completed

from dsml.errors import UsageError
from dsml.infer.failure import SlideFailure
from dsml.infer.forking import ENVIRONMENT, START_METHOD, start_loading

WAITING_PER_WORKER = 3
ANY_WORKER = ""  # for calls made while no worker is known: whoever comes first
WORKERS_ASKED_SECONDS = 1.0  # how old a list of the cluster's workers may be
CONNECT_SECONDS = 30
LOSSES_ALLOWED = 3  # of workers by one call, before the call is taken for the reason
# How often Dask looks at itself, many times a second in every process by default: on a machine whose cores are all
# computing, that costs as much as writing the results does (measured).
WATCHES = {
    "distributed.admin.tick.interval": "500ms",
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.worker.memory.monitor-interval": "500ms",
}


@dataclass(frozen=True)
class Call:
    """One call of a function of `tasks`, and what it is for."""

    subject: Any
    function: Callable[..., Any]
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class Outcome:
    """What came of a call: `value`, or the exception it raised."""

    subject: Any
    value: Any
    error: Exception | None


@contextlib.contextmanager
def workers(address: str | None, count: int, memory_limit: str) -> Iterator[Client]:
    """A client of the cluster at `address`, or of `count` local processes. Raises UsageError without an answer."""
    settings = {
        **WATCHES,
        "distributed.worker.multiprocessing-method": START_METHOD,
        "distributed.scheduler.allowed-failures": LOSSES_ALLOWED,
        "distributed.comm.timeouts.connect": f"{CONNECT_SECONDS}s",
        "distributed.worker.profile.enabled": False,  # stack samples of every worker, which nobody looks at
        "distributed.nanny.pre-spawn-environ": ENVIRONMENT,
    }
    logging.getLogger("distributed").setLevel(logging.ERROR)
    with dask.config.set(settings), contextlib.ExitStack() as stack:
        try:
            if address is None:
                start_loading()
                cluster = LocalCluster(
                    n_workers=count,
                    threads_per_worker=1,
                    processes=True,
                    memory_limit=memory_limit,
                    # any free port, here alone: a second run on this machine has nothing to warn of
                    dashboard_address="127.0.0.1:0",
                    silence_logs=logging.CRITICAL,
                )
                address = stack.enter_context(cluster).scheduler_address
            yield stack.enter_context(Client(address, timeout=CONNECT_SECONDS))
        except OSError as error:
            if not _is_connection(error):
                raise
            raise UsageError(
                f"The scheduler at {address} does not answer ({error}). Start it (`dask scheduler`) and its workers, "
                "or leave --cluster away to use this machine. What is done so far is kept."
            ) from error


def _is_connection(error: OSError) -> bool:
    return isinstance(error, ConnectionError | TimeoutError) or "Timed out" in str(error)


def spread(client: Client, next_call: Callable[[str, Collection[str]], Call | None]) -> Iterator[Outcome]:
    """Makes calls as long as `next_call` gives any, and gives each outcome once, in the order they come.

    `next_call` is told a worker and all there are. It may give None while outcomes are still to come, and more calls
    after one of them. A call meant for a worker that dies or has too much to do is made by another one.
    """
    going: dict[str, tuple[Any, str]] = {}
    outcomes = as_completed(raise_errors=False)
    waiting: Counter[str] = Counter()
    present = _Workers(client)

    def hand_out() -> None:
        workers = present.now() or (ANY_WORKER,)
        for worker in workers:
            while waiting[worker] < WAITING_PER_WORKER and (call := next_call(worker, workers)) is not None:
                where = {} if worker == ANY_WORKER else {"workers": [worker], "allow_other_workers": True}
                # not pure: a call that was made before (by another run on this cluster) is no reason not to make it
                future = client.submit(call.function, *call.arguments, pure=False, **where)
                going[future.key] = call.subject, worker
                waiting[worker] += 1
                outcomes.add(future)

    hand_out()
    for future in outcomes:
        subject, worker = going.pop(future.key)
        waiting[worker] -= 1
        outcome = _outcome(subject, future)
        future.release()
        yield outcome
        hand_out()


class _Workers:
    """The addresses of a cluster's workers, asked for now and then: they come and go."""

    def __init__(self, client: Client) -> None:
        self._client, self._addresses, self._asked = client, (), -math.inf

    def now(self) -> tuple[str, ...]:
        if time.monotonic() - self._asked > WORKERS_ASKED_SECONDS:
            self._addresses = tuple(self._client.scheduler_info(n_workers=-1)["workers"])
            self._asked = time.monotonic()
        return self._addresses


def _outcome(subject: Any, future: Future) -> Outcome:  # noqa: ANN401 - whatever the call was for
    if future.status == "finished":
        return Outcome(subject, future.result(), None)
    error = future.exception() if future.status == "error" else None
    if isinstance(error, KilledWorker):
        error = SlideFailure(
            "out-of-memory",
            f"{LOSSES_ALLOWED + 1} workers died over one part of this slide, most likely for want of memory. "
            "Give workers more of it (--memory-limit), or use fewer of them.",
        )
    if not isinstance(error, Exception):
        error = SlideFailure("cancelled", "The cluster gave this slide up. Run the same command again to go on.")
    return Outcome(subject, None, error)
