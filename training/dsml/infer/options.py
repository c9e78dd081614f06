"""The arguments of `python -m dsml infer`. Loads nothing that is slow to load."""

import argparse
import os
import tempfile
from pathlib import Path

from dsml.infer.forking import start_loading


def _infer(arguments: argparse.Namespace) -> int:
    if arguments.cluster is None:
        start_loading()
    # now, while the process of the workers loads PyTorch on another core
    from dsml.infer.command import infer

    return infer(arguments)


def add_infer(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of `infer` to its parser."""
    add = parser.add_argument
    add(
        "slides",
        nargs="+",
        metavar="SLIDES",
        help="paths, folders, globs, URLs, or .txt files with one of these a line",
    )
    add("--model", type=Path, required=True, help="model folder, e.g. ../public/models/glas-colon")
    add("--out", type=Path, required=True, help="folder for the results; may be the folder of the slides")
    add("--mode", choices=("shared", "exact"), default="shared", help="shared: a region is encoded once (default)")
    add("--step", choices=("half", "full"), default="half", help="cells of half a patch (default), or of a whole one")
    add("--mpp", type=float, help="um per level-0 px, in place of what the files say")
    add("--workers", type=int, default=os.cpu_count() or 1, help="local worker processes, one core each (default: all)")
    add("--cluster", metavar="ADDRESS", help="a Dask scheduler, e.g. tcp://head:8786, in place of local workers")
    add("--device", default="cpu", help="cpu (default), or cuda or cuda:N for workers with a GPU")
    add("--memory-limit", default="auto", help="of each local worker, e.g. 4GB (default: this machine's share)")
    add(
        "--scratch",
        type=Path,
        default=Path(tempfile.gettempdir()) / "dsml-slides",
        help="folder of workers for slides fetched from URLs",
    )
    add("--scratch-gb", type=float, default=50, help="room that slides nobody reads any more may take there")
    parser.set_defaults(call=_infer)
