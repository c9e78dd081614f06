"""How local worker processes come to be: forked from one that has loaded PyTorch, which is started before all else.

Loading takes longer than ten regions: it is done once a run and not once a worker, and while the command itself is
still loading. Loads nothing that is slow to load. Elsewhere than on Linux forking is not safe once such libraries are
loaded; there each worker loads by itself.
"""

import multiprocessing
import os
import sys
from multiprocessing import forkserver

START_METHOD = "forkserver" if sys.platform == "linux" else "spawn"
LOADED_BEFORE_FORKING = ["distributed", "dsml.cli", "dsml.infer.tasks"]
# Tensors of a region are large and come again with the next one: giving them back to the system in between costs more
# than a third of the time (measured; Dask's own setting trims after 64 kB). That needs glibc's first arena: the others,
# which a worker's thread would get, hold 64 MiB at most, and what is larger goes back at once.
KEEP_BYTES = 1 << 31
# Large pages where the system leaves it to programs, as most Linuxes do: without, looking up the pages of these tensors
# takes a seventh of a region's time (measured).
LARGE_PAGES = "glibc.malloc.hugetlb=1"
# Of local workers. Libraries read it when they are loaded: it has to be there when their first process starts.
ENVIRONMENT = {
    "MALLOC_TRIM_THRESHOLD_": str(KEEP_BYTES),
    "MALLOC_MMAP_THRESHOLD_": str(KEEP_BYTES),
    "MALLOC_ARENA_MAX": "1",
    "GLIBC_TUNABLES": os.environ.get("GLIBC_TUNABLES", LARGE_PAGES),
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


def start_loading() -> None:
    """Starts the process that local workers will be forked from, and does not wait for it. It ends with this one."""
    if START_METHOD != "forkserver":
        return
    os.environ.update(ENVIRONMENT)
    multiprocessing.set_forkserver_preload(LOADED_BEFORE_FORKING)
    forkserver.ensure_running()
