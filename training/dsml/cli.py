"""The commands of `python -m dsml`: arguments in, one call each, words out. No logic of their own."""

import argparse
import json
import sys
from pathlib import Path

from dsml.config import Config, load_config
from dsml.errors import UsageError
from dsml.infer.options import add_infer


def _add_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", required=True, type=Path, help="YAML file, e.g. configs/glas-colon.yaml")
    parser.add_argument(
        "--set", nargs="*", default=[], metavar="KEY=VALUE", help="overrides, e.g. train.steps=50 loss.lambda_=0"
    )


def _config(arguments: argparse.Namespace) -> Config:
    return load_config(arguments.config, arguments.set)


def _prepare(arguments: argparse.Namespace) -> None:
    from dsml.data.prepare import describe, write_folds

    if arguments.make_folds:
        write_folds(_config(arguments), arguments.make_folds)
    print(describe(_config(arguments)))


def _bcss(arguments: argparse.Namespace) -> None:
    from dsml.data.bcss import prepare_bcss

    print(prepare_bcss(arguments.root, arguments.images, arguments.masks, arguments.keep_20x))


def _qupath(arguments: argparse.Namespace) -> None:
    from dsml.data.qupath import prepare_qupath

    places = arguments.slides, arguments.annotations, arguments.out
    print(prepare_qupath(*places, arguments.mpp, arguments.downsample, arguments.groups))


def _train(arguments: argparse.Namespace) -> None:
    from dsml.processes import leave_processes
    from dsml.train import RUNS, train_run

    config = _config(arguments)
    run = arguments.run or RUNS / f"{config.name}-{arguments.fold}"
    print(f"Run: {train_run(config, arguments.fold, run)}")
    leave_processes()


def _evaluate(arguments: argparse.Namespace) -> None:
    from dsml.evaluate import evaluate_run

    print(json.dumps(evaluate_run(arguments.run, arguments.on, arguments.cached), indent=1))


def _familiarity(arguments: argparse.Namespace) -> None:
    from dsml.export.familiarity import ship_familiarity

    ship_familiarity(arguments.model, arguments.card, arguments.tissues)


def _experiment(arguments: argparse.Namespace) -> None:
    from dsml.experiment import run_experiment
    from dsml.processes import leave_processes

    run_experiment(arguments.plan, arguments.results)
    leave_processes()


def _robustness(arguments: argparse.Namespace) -> None:
    from dsml.robustness import measure_robustness

    measure_robustness(arguments.runs, arguments.results, arguments.per_image)


def _judge(arguments: argparse.Namespace) -> None:
    from dsml.judge import judge_models

    judge_models(arguments.models, arguments.tissues, arguments.out, arguments.cards)


def _report(arguments: argparse.Namespace) -> None:
    from dsml.study.report import write_report

    write_report(arguments.plan, arguments.out)


def _maps(arguments: argparse.Namespace) -> None:
    from dsml.study.maps import draw_maps

    draw_maps(arguments.runs, arguments.on, arguments.out)


def _export(arguments: argparse.Namespace) -> None:
    from dsml.export.folder import export_model

    figures = arguments.figures_from or arguments.calibrate_on
    export_model(arguments.run, arguments.card, arguments.calibrate_on, figures, arguments.golden, arguments.out)


def _bench(arguments: argparse.Namespace) -> None:
    from dsml.bench import bench

    a = arguments
    print(json.dumps(bench(a.model, a.slide, a.points, a.batch, a.workers, a.mpp)))


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = argparse.ArgumentParser(prog="python -m dsml", description=__import__("dsml").__doc__)
    parser.add_argument("--threads", type=int, default=0, help="CPU threads; 0 = PyTorch's choice")
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text)

    prepare = command("prepare", "Reads the crops of a data set into the cache and says what is in it.")
    _add_config(prepare)
    prepare.add_argument("--make-folds", type=int, metavar="N", help="first write N class-balanced folds of groups")
    prepare.set_defaults(call=_prepare)

    bcss = command("bcss", "Makes a data set of the published BCSS folder: dataset.json and the published split.")
    bcss.add_argument("--root", type=Path, required=True, help="folder with gtruth_codes.tsv, pictures and masks")
    bcss.add_argument("--images", default="images", help="folder of the pictures in it (default images)")
    bcss.add_argument("--masks", default="masks", help="folder of the masks in it (default masks)")
    bcss.add_argument("--keep-20x", action="store_true", help="keep the 14 slides that were scanned at 20x")
    bcss.set_defaults(call=_bcss)

    qupath = command("qupath", "Makes a data set of slides and the annotations that QuPath exported of them.")
    qupath.add_argument("--slides", type=Path, required=True, help="folder of the slides")
    qupath.add_argument("--annotations", type=Path, required=True, help="folder of GeoJSON files, named as the slides")
    qupath.add_argument("--out", type=Path, required=True, help="folder of the data set")
    qupath.add_argument("--mpp", type=float, required=True, help="um per level-0 px of the slides")
    qupath.add_argument("--downsample", type=int, default=8, help="level-0 px per mask px (default 8)")
    qupath.add_argument("--groups", type=Path, help="table (slide, group) of each slide's patient; folds split by it")
    qupath.set_defaults(call=_qupath)

    train = command("train", "Trains one run; a stopped run goes on where it was.")
    _add_config(train)
    train.add_argument("--fold", default="0", help="fold to hold out, or 'all' to train on every group (default 0)")
    train.add_argument("--run", type=Path, help="folder of the run (default out/runs/NAME-FOLD)")
    train.set_defaults(call=_train)

    evaluate = command("evaluate", "Scores a run on the groups that were held out from it.")
    evaluate.add_argument("--run", type=Path, required=True)
    evaluate.add_argument("--on", metavar="ROOT", help="score on the whole of this data set instead")
    evaluate.add_argument("--cached", action="store_true", help="on the cached features of the frozen layers: quicker")
    evaluate.set_defaults(call=_evaluate)

    familiarity = command("familiarity", "Fits how a model folder tells tissue like its own, and writes it into it.")
    familiarity.add_argument("--model", type=Path, required=True, help="e.g. ../public/models/glas-colon")
    familiarity.add_argument("--card", type=Path, required=True, help="YAML file of its card, for the version")
    familiarity.add_argument("--tissues", type=Path, required=True, help="YAML file, e.g. configs/familiarity.yaml")
    familiarity.set_defaults(call=_familiarity)

    experiment = command("experiment", "Trains and evaluates every run of a plan; finished runs are skipped.")
    experiment.add_argument("--plan", type=Path, required=True, help="YAML file, e.g. configs/plans/phantom.yaml")
    experiment.add_argument("--results", type=Path, required=True, help="JSON lines file, one line a run, appended to")
    experiment.set_defaults(call=_experiment)

    robustness = command("robustness", "Scores held-out patches under other stain, hue, brightness, focus, JPEG.")
    robustness.add_argument("--runs", type=Path, nargs="+", required=True, help="folders of runs with groups held out")
    robustness.add_argument("--results", type=Path, required=True, help="JSON lines file, a line a run and shift")
    robustness.add_argument("--per-image", type=int, default=0, help="most patches of an image (default: all)")
    robustness.set_defaults(call=_robustness)

    judge = command("judge", "Says what share of which tissue shipped models call unlike their own.")
    judge.add_argument("--models", type=Path, nargs="+", required=True, help="model folders, e.g. ../public/models/*")
    judge.add_argument("--tissues", type=Path, required=True, help="YAML file, e.g. configs/familiarity.yaml")
    judge.add_argument("--out", type=Path, required=True, help="JSON file")
    judge.add_argument("--cards", action="store_true", help="write it into the models' cards too")
    judge.set_defaults(call=_judge)

    maps = command("maps", "Draws query maps of runs on a data set: where in a coarse field the fine one is found.")
    maps.add_argument("--runs", type=Path, nargs="+", required=True, help="folders of runs, a column each")
    maps.add_argument("--on", required=True, metavar="ROOT", help="data set, e.g. public/slides/phantom")
    maps.add_argument("--out", type=Path, required=True, help="PNG file")
    maps.set_defaults(call=_maps)

    report = command("report", "Writes the report of all result files.")
    report.add_argument("--plan", type=Path, required=True, help="YAML file of its sections, e.g. configs/report.yaml")
    report.add_argument("--out", type=Path, required=True, help="Markdown file; pictures go beside it")
    report.set_defaults(call=_report)

    export = command("export", "Writes a model folder for the viewer from a run.")
    export.add_argument("--run", type=Path, required=True)
    export.add_argument(
        "--card", type=Path, required=True, help="YAML file of words and colours, e.g. cards/glas-colon.yaml"
    )
    export.add_argument(
        "--calibrate-on", type=Path, nargs="+", required=True, help="folders with the predictions of `evaluate`"
    )
    export.add_argument(
        "--figures-from", type=Path, nargs="+", help="folders whose predictions the card quotes (default: the same)"
    )
    export.add_argument("--golden", type=Path, required=True, help="folder of the phantom slide, source of golden.json")
    export.add_argument("--out", type=Path, required=True, help="e.g. ../public/models/glas-colon")
    export.set_defaults(call=_export)

    infer = command("infer", "Runs a model folder over whole slides, on this machine or a cluster; writes a cohort.")
    add_infer(infer)

    bench = command("bench", "Measures the usual pipeline of PyTorch and OpenSlide, which the viewer is compared with.")
    bench.add_argument("--model", type=Path, required=True, help="model folder, e.g. ../public/models/her2st-breast")
    bench.add_argument("--slide", type=Path, required=True, help="slide that OpenSlide reads")
    bench.add_argument("--points", type=Path, required=True, help="JSON list of [x, y], level-0 px: centres of cells")
    bench.add_argument("--batch", type=int, default=16, help="cells a batch")
    bench.add_argument("--workers", type=int, help="processes that read (default: the faster of none and one a core)")
    bench.add_argument("--mpp", type=float, help="um per level-0 px (default: what the slide says)")
    bench.set_defaults(call=_bench)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; expected failures end as one sentence on stderr and exit code 2."""
    parsed = build_parser().parse_args(arguments)
    if parsed.threads:
        import torch

        torch.set_num_threads(parsed.threads)
    try:
        return parsed.call(parsed) or 0
    except UsageError as error:
        print(f"dsml: {error}", file=sys.stderr)
        return 2
