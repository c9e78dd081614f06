"""`python -m dsml infer`: options in, a cohort of results out. Only puts the neighbours together."""

import argparse
import signal
import sys

from dsml.errors import UsageError
from dsml.infer.cohort_run import CohortRun
from dsml.infer.device import missing_device
from dsml.infer.engine import spread, workers
from dsml.infer.model_folder import load_model
from dsml.infer.sources import find_sources
from dsml.infer.tasks import RunSpec

SOME_FAILED = 3
GIGABYTE = 1 << 30


def infer(arguments: argparse.Namespace) -> int:
    """Runs it; the exit code is 0 when every slide was done whole, else 3. Raises UsageError for what stops a run."""
    if arguments.mpp is not None and not 0 < arguments.mpp < 1000:
        raise UsageError(f"--mpp {arguments.mpp} is no pixel size; give um per pixel, such as 0.25.")
    if arguments.workers < 1:
        raise UsageError("--workers must be 1 or more.")
    if arguments.cluster is None and (missing := missing_device(arguments.device)) is not None:
        raise UsageError(missing)
    model = load_model(arguments.model)
    sources = find_sources(arguments.slides)
    spec = RunSpec(
        model_folder=arguments.model.resolve(),
        model_sha256=model.sha256,
        mode=arguments.mode,
        step=arguments.step,
        device=arguments.device,
        mpp=arguments.mpp,
        scratch=arguments.scratch,
        scratch_bytes=int(arguments.scratch_gb * GIGABYTE),
    )
    run = CohortRun(arguments.out, model, spec, sources)
    signal.signal(signal.SIGTERM, _stop)
    try:
        if run.has_work:
            with workers(arguments.cluster, arguments.workers, arguments.memory_limit) as client:
                run.note_workers(client)
                for outcome in spread(client, run.next_call):
                    run.take(outcome)
    except KeyboardInterrupt:
        run.stop()
        print("Stopped. Run the same command again to go on.", file=sys.stderr)
        return 130
    return 0 if run.finish() else SOME_FAILED


def _stop(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt
