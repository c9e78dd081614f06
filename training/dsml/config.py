"""Settings of one model, read from a YAML file under `configs/` and written beside every run.

Only values: what they mean is explained where they are used. Unknown keys are refused, so that a typing error
cannot silently train another model.
"""

import dataclasses
import json
import os
from pathlib import Path
from typing import Any

import yaml

from dsml.errors import UsageError

TRAINING_ROOT = Path(__file__).resolve().parent.parent


@dataclasses.dataclass
class DataConfig:
    """Where the patches come from. Lengths in px are level-0 pixels of the image."""

    roots: list[str] = dataclasses.field(default_factory=list)  # folders with dataset.json, of the same classes
    folds: str | None = None  # JSON file of groups per fold, relative to training/, or data:NAME/FILE
    # what a group is: "group" (as the data set says: a patient), "image", or "stripe" (alternate stripes of an image,
    # named IMAGE:even and IMAGE:odd; neighbouring stripes share context, so that is a figure within an image)
    group_by: str = "group"
    stripe_px: int = 900
    only: list[str] = dataclasses.field(default_factory=list)  # images that are used; none = all
    # few labels: how many groups, and what share of each image's patches, are trained on (both drawn by the run's seed)
    train_groups: int = 0  # 0 = all that are not held out
    train_share: float = 1.0
    step_px: int = 32  # mask kind: spacing of the centre grid
    window_px: int = 64  # mask kind: side of the label window
    min_share: float = 0.75  # mask kind: share of the window that one class must fill
    shift_px: float = 0.0  # mask kind: centres leave the grid by up to this, half of them to whole pixels
    per_image: int = 0  # mask kind: most patches an image gives, spread over its classes; 0 = all
    copies: int = 1  # points kind: patches per spot, the first exactly on it
    jitter_um: float = 0.0  # points kind: how far the further copies may lie from the spot


@dataclasses.dataclass
class CropConfig:
    """The crops of one patch, finest spacing first."""

    spacings_um_px: list[float] = dataclasses.field(default_factory=lambda: [0.5, 1.0, 2.0])
    patch_px: int = 128
    context_px: int = 32
    padding: str = "reflect"  # or "white"
    # Spacings that are read into the cache, when the network uses only some of them: all combinations share one cache,
    # its patches and labels, and the labelled spot, which is half the finest of these patches.
    read_spacings_um_px: list[float] = dataclasses.field(default_factory=list)

    @property
    def side_px(self) -> int:
        """Side of the crop that the encoder is fed: the patch and its context on both sides."""
        return self.patch_px + 2 * self.context_px

    @property
    def read(self) -> list[float]:
        """The spacings in the cache, finest first."""
        return self.read_spacings_um_px or self.spacings_um_px

    @property
    def chosen(self) -> list[int]:
        """Which of the cached spacings the network uses. Raises UsageError for one that is not read."""
        missing = [s for s in self.spacings_um_px if s not in self.read]
        if missing:
            raise UsageError(f"crops.read_spacings_um_px lacks {missing}, which crops.spacings_um_px names.")
        return [self.read.index(s) for s in self.spacings_um_px]


@dataclasses.dataclass
class NetworkConfig:
    """Shape of the network; enough to rebuild it before its weights are loaded."""

    backbone: str = "efficientnet_lite0"
    blocks: int = 0  # how many of the backbone's blocks are kept; 0 = all up to the end of stride 16
    shared_encoder: bool = True  # one encoder for all magnifications, or one each
    fusion: str = "concatenate"  # see dsml.network.fusion: mean, gate, attention, similarity
    centre: bool = True  # pool the labelled spot's cells beside the whole patch
    embedding_dim: int = 128
    projection_hidden: int = 128
    # widths of 3 x 3 convolutions in the head, over the cells of one patch; none = the encoder's features are pooled
    head_convolutions: list[int] = dataclasses.field(default_factory=list)
    head_hidden: int = 0  # width of a hidden layer between pooled features and classes; 0 = linear heads
    # > 0: the familiarity is read behind so many leading blocks of the encoder, whose features the exported map carries
    # beside those that the classes are read from; 0 = it is read from what the classes are read from
    familiarity_block: int = 0
    mean: list[float] = dataclasses.field(default_factory=lambda: [0.5, 0.5, 0.5])
    std: list[float] = dataclasses.field(default_factory=lambda: [0.5, 0.5, 0.5])


@dataclasses.dataclass
class LossConfig:
    """Weights of the three parts of the loss; reading and temperature of the similarity part."""

    reading: str = "spatial"  # what L_sim compares: "spatial" cells, whole "patches", class "posteriors"; or "none"
    alpha: float = 0.5
    lambda_: float = 0.1
    tau: float = 0.1
    mask_same_class: bool = True
    label_smoothing: float = 0.0
    # of regions (train.region_centres): weight of the class of every cell of every magnification, and of the centres
    # whose window no class fills, with their class shares as targets
    cells: float = 0.0
    mixed: float = 0.0


@dataclasses.dataclass
class AugmentConfig:
    """Largest changes of stain and colour; see `dsml.augment`."""

    stain_scale: float = 0.25
    stain_shift: float = 0.03
    brightness: float = 0.08
    contrast: float = 0.12
    saturation: float = 0.15


@dataclasses.dataclass
class CarrierConfig:
    """What another way of keeping a slide may change of a picture (`dsml.carriers`); both 0 = nothing is done about it.

    Cached features (`train.variants`) then hold every variant a second time, as another carrier gives it.
    """

    sharpening: float = 0.0  # of each crop, by up to this many times what a mean of 3 x 3 px takes away
    jpeg_quality: int = 0  # lowest quality that each crop is compressed with; 0 = none is
    steadiness: float = 0.0  # what the change that this makes to logits costs, beside `train.linear_penalty`

    @property
    def used(self) -> bool:
        """Whether variants are kept a second time."""
        return bool(self.sharpening or self.jpeg_quality)


@dataclasses.dataclass
class TrainConfig:
    """Optimiser and schedule."""

    steps: int = 420
    batch: int = 16
    learning_rate: float = 1e-4
    head_learning_rate: float = 1e-3
    weight_decay: float = 0.01
    frozen_stride: int = 8  # encoder layers up to this stride keep their weights; 0 = all train
    frozen_blocks: int = 0  # > 0: this many leading blocks keep their weights, instead of those up to frozen_stride
    frozen_kernel: int = 0  # pretrained depthwise kernels of at least this side keep their weights; 0 = none
    train_batch_norm: bool = False
    # > 0: the frozen layers' output is computed once for this many variants of every patch (the first as it is, the
    # others augmented), and a step runs only what is trained; 0 = every step augments and runs everything
    variants: int = 0
    # > 0: a batch is of regions with this many centres a side, half a finest patch apart, instead of single patches
    region_centres: int = 0
    precision: str = "32-true"  # or bf16-mixed: float32 weights, bfloat16 arithmetic
    average: float = 0.0  # decay per step of a running mean of the weights, which is what is kept; 0 = none
    group_balance: float = 0.5  # 0 = patches of a class are equal, 1 = its groups are
    class_balance: float = 1.0  # 1 = classes are drawn equally often, 0 = as often as there are patches of them
    # > 0: after the steps the classifiers are replaced by penalised logistic regression; see dsml.linear
    linear_penalty: float = 0.0
    dropout: float = 0.2
    seed: int = 0
    checkpoint_every: int = 100


@dataclasses.dataclass
class Config:
    """Everything that makes one run; `name` is also its folder's name."""

    name: str = "model"
    data: DataConfig = dataclasses.field(default_factory=DataConfig)
    crops: CropConfig = dataclasses.field(default_factory=CropConfig)
    network: NetworkConfig = dataclasses.field(default_factory=NetworkConfig)
    loss: LossConfig = dataclasses.field(default_factory=LossConfig)
    augment: AugmentConfig = dataclasses.field(default_factory=AugmentConfig)
    carrier: CarrierConfig = dataclasses.field(default_factory=CarrierConfig)
    train: TrainConfig = dataclasses.field(default_factory=TrainConfig)

    def to_dict(self) -> dict[str, Any]:
        """The settings as plain values, for JSON and YAML."""
        return dataclasses.asdict(self)


def _build(cls: type, values: dict[str, Any], where: str) -> Any:  # noqa: ANN401 - any of the dataclasses above
    fields = {f.name: f for f in dataclasses.fields(cls)}
    unknown = sorted(set(values) - set(fields))
    if unknown:
        raise UsageError(f"{where}: unknown setting {', '.join(unknown)}; known are {', '.join(fields)}.")
    built = {}
    for key, value in values.items():
        nested = fields[key].type
        is_section = isinstance(nested, type) and dataclasses.is_dataclass(nested)
        built[key] = _build(nested, value or {}, f"{where}.{key}") if is_section else value
    return cls(**built)


def config_from_dict(values: dict[str, Any], where: str = "config") -> Config:
    """Builds the settings from plain values. Raises UsageError for a key that does not exist."""
    return _build(Config, values, where)


def _value(text: str) -> Any:  # noqa: ANN401 - whatever the setting is
    """An override's value: JSON where it is that (YAML takes 1e-05 for a word), else YAML."""
    try:
        return json.loads(text)
    except ValueError:
        return yaml.safe_load(text)


def load_config(path: str | Path, overrides: list[str] | None = None) -> Config:
    """Reads a YAML file and applies overrides such as `train.steps=50` (the value is read as YAML).

    Raises UsageError when the file is missing or holds an unknown key.
    """
    path = Path(path)
    if not path.is_file():
        raise UsageError(f"No configuration at {path}; the shipped ones are in {TRAINING_ROOT / 'configs'}.")
    values = yaml.safe_load(path.read_text()) or {}
    for override in overrides or []:
        key, separator, text = override.partition("=")
        if not separator:
            raise UsageError(f"Override '{override}' must read section.key=value.")
        target = values
        *sections, last = key.split(".")
        for section in sections:
            target = target.setdefault(section, {})
        target[last] = _value(text)
    return config_from_dict(values, path.name)


def data_root() -> Path:
    """Folder of the real data sets: `CONCENTRIC_DATA`, else `../shared/data` beside the repository."""
    return Path(os.environ.get("CONCENTRIC_DATA", TRAINING_ROOT.parent / "../shared/data")).resolve()


def out_root() -> Path:
    """Folder of caches and runs, which are never committed: `CONCENTRIC_OUT`, else `out/` in `training/`."""
    return Path(os.environ.get("CONCENTRIC_OUT", TRAINING_ROOT / "out")).resolve()


def resolve_root(root: str) -> Path:
    """Folder of a data set: `data:NAME` lies in `data_root()`, other relative paths in the repository's root."""
    if root.startswith("data:"):
        return data_root() / root.removeprefix("data:")
    return (TRAINING_ROOT.parent / root).resolve()
