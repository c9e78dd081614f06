"""The switches of the method: fusions, readings of the similarity loss, encoders, cached features, processes."""

import dataclasses
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml

from dsml.config import TRAINING_ROOT, Config, CropConfig, LossConfig, NetworkConfig, TrainConfig
from dsml.data.cache import open_cache
from dsml.data.features import open_features
from dsml.errors import UsageError
from dsml.evaluate import predict
from dsml.familiar import distances
from dsml.network.dsml import Dsml, Outputs
from dsml.network.familiarity import fit_components
from dsml.network.fusion import FUSIONS, Fusion, similar_context
from dsml.network.loss import dsml_loss, patch_loss, posterior_loss
from dsml.predictions import pack_predictions, unpack_predictions
from dsml.running_mean import RunningMean
from dsml.train import fit
from tests.made import write_mask_dataset

TINY = NetworkConfig(backbone="tiny", embedding_dim=8, projection_hidden=8)


def config_of(**network: object) -> Config:
    crops = CropConfig(spacings_um_px=[0.5, 1.0], patch_px=64, context_px=16)
    return Config(crops=crops, network=dataclasses.replace(TINY, **network), train=TrainConfig(frozen_stride=0))


def made_outputs(embeddings: list[torch.Tensor], logits: torch.Tensor) -> Outputs:
    """Outputs of B patches; logits [B, M, K] of the single magnifications."""
    return Outputs(logits.mean(1), logits, embeddings)


@pytest.mark.parametrize("fusion", FUSIONS)
def test_every_fusion_answers_and_every_part_of_it_learns(fusion: str) -> None:
    torch.manual_seed(0)
    model = Dsml(config_of(fusion=fusion), 3)
    outputs = model(torch.rand(4, 2, 3, 96, 96))
    assert outputs.logits.shape == (4, 3) and outputs.logits_per_magnification.shape == (4, 2, 3)
    dsml_loss(outputs, torch.tensor([0, 1, 2, 0]), None, [0.5, 1.0], LossConfig())[0].backward()
    assert all(p.grad is not None and torch.isfinite(p.grad).all() for p in model.head.parameters())


def test_an_unknown_fusion_or_reading_is_one_sentence() -> None:
    with pytest.raises(UsageError, match="there are concatenate, mean"):
        Dsml(config_of(fusion="sum"), 3)
    outputs = made_outputs([torch.ones(2, 4, 2)] * 2, torch.zeros(2, 2, 3))
    with pytest.raises(UsageError, match="there are spatial"):
        dsml_loss(outputs, torch.tensor([0, 1]), None, [0.5, 1.0], LossConfig(reading="cells"))


def test_fusions_on_cases_known_by_hand() -> None:
    single = torch.tensor([[[2.0, 0.0], [0.0, 4.0]]])
    parts = [torch.ones(1, 3), 5 * torch.ones(1, 3)]
    assert Fusion("mean", [3, 3], 2)(parts, single).tolist() == [[1.0, 2.0]]
    gate = Fusion("gate", [3, 3], 2)
    torch.nn.init.zeros_(gate.gate.weight)
    gate.gate.bias.data = torch.tensor([math.log(3.0), 0.0])  # shares 3/4 and 1/4
    assert gate(parts, single)[0].tolist() == pytest.approx([1.5, 1.0])
    attention = Fusion("attention", [3, 3], 2)
    torch.nn.init.zeros_(attention.value.weight)  # equal shares: the mean of the parts
    assert torch.allclose(attention(parts, single), attention.out(torch.full((1, 3), 3.0)))


def test_similar_context_finds_the_cell_that_looks_like_the_fine_field() -> None:
    window = torch.arange(8.0).reshape(1, 2, 2, 2)
    fine = torch.tensor([[[1.0, 0.0]]]).expand(1, 4, 2)
    coarse = torch.tensor([[[0.0, 1.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]]])
    (context,) = similar_context([window, window], [fine, coarse], tau=0.01)
    assert context.tolist() == [[2.0, 6.0]]  # the third cell's two channels
    (everywhere,) = similar_context([window, window], [fine, fine], tau=0.01)
    assert torch.allclose(everywhere, window.mean((2, 3)))


def test_patch_reading_on_cases_known_by_hand() -> None:
    labels = torch.tensor([0, 1, 2])
    equal = made_outputs([torch.ones(3, 4, 2)] * 2, torch.zeros(3, 2, 3))
    config = LossConfig(reading="patches", tau=0.5)
    assert patch_loss(equal, labels, config).item() == pytest.approx(math.log(3))
    # other patches of the anchor's class leave the denominator
    assert patch_loss(equal, torch.zeros(3, dtype=torch.long), config).item() == pytest.approx(0)
    own = torch.eye(3)[:, None, :].expand(3, 4, 3)
    apart = made_outputs([own, own], torch.zeros(3, 2, 3))
    expected = math.log(math.e**2 + 2) - 2  # similarities 1 and 0 at tau .5
    assert patch_loss(apart, labels, config).item() == pytest.approx(expected)
    two_of_a_class = patch_loss(equal, torch.tensor([0, 0, 1]), dataclasses.replace(config, reading="classes"))
    assert two_of_a_class.item() == pytest.approx(math.log(3))


def test_posterior_reading_teaches_one_side_at_a_time() -> None:
    logits = torch.randn(2, 2, 3, requires_grad=True)
    same = logits[:, :1].expand(2, 2, 3)
    assert posterior_loss(made_outputs([], same)).item() == pytest.approx(0, abs=1e-7)
    posterior_loss(made_outputs([], logits)).backward()
    p = torch.softmax(logits.detach(), 2)
    # d KL(b || a) / d logits_a = p_a - p_b, halved by the two directions and the two patches
    assert torch.allclose(logits.grad[:, 0], (p[:, 0] - p[:, 1]) / 4, atol=1e-6)


def test_gradients_of_the_readings_agree_with_finite_differences() -> None:
    generator = torch.Generator().manual_seed(0)
    a, b = (torch.randn(3, 4, 5, dtype=torch.float64, generator=generator, requires_grad=True) for _ in "ab")
    labels = torch.tensor([0, 1, 0])
    for reading in ("patches", "classes"):
        config = LossConfig(reading=reading, tau=0.5)

        def loss(x: torch.Tensor, y: torch.Tensor, config: LossConfig = config) -> torch.Tensor:
            return patch_loss(made_outputs([x, y], torch.zeros(3, 2, 2)), labels, config)

        assert torch.autograd.gradcheck(loss, (a, b), eps=1e-6, atol=1e-6)


def test_lambda_zero_leaves_the_projection_alone_and_separate_encoders_share_nothing() -> None:
    config = config_of(shared_encoder=False)
    model = Dsml(config, 2)
    assert len(model.encoders) == 2
    single = {name for name, _ in Dsml(config_of(), 2).encoder.named_parameters()}
    assert single == {name for name, _ in model.encoders[1].named_parameters()}
    crops = torch.rand(2, 2, 3, 96, 96)
    before = model(crops).logits_per_magnification.detach()
    with torch.no_grad():
        for parameter in model.encoders[1].parameters():
            parameter.mul_(1.5)
    after = model(crops).logits_per_magnification.detach()
    assert not torch.allclose(before[:, 1], after[:, 1])
    dsml_loss(model(crops), torch.tensor([0, 1]), None, [0.5, 1.0], LossConfig(lambda_=0.0))[0].backward()
    assert all(p.grad is None for p in model.head.projection.parameters())


def lite_config(folder: Path, frozen_blocks: int) -> Config:
    config = config_of(backbone="efficientnet_lite0", blocks=9)
    config.name, config.data.roots, config.data.per_image = "made", [str(folder)], 1
    config.train = TrainConfig(frozen_blocks=frozen_blocks, variants=2, steps=3, batch=4, average=0.9)
    return config


def test_cached_features_are_what_the_frozen_layers_would_compute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCENTRIC_OUT", str(tmp_path / "out"))
    write_mask_dataset(tmp_path, groups=3)
    answers = []
    for frozen_blocks in (0, 8):  # up to stride 8, and as deep as the encoder goes but for its last block
        config = lite_config(tmp_path, frozen_blocks)
        crops = open_cache(config, lambda _: None)
        features = open_features(config, crops, lambda _: None)
        torch.manual_seed(0)
        model = Dsml(config, 2).eval()
        indices = np.arange(len(crops.patches))
        whole, cached = (predict(model, source, indices)["logits"] for source in (crops, features))
        assert np.abs(whole - cached).max() < 0.02 * np.abs(whole).max() + 0.01  # bfloat16
        # the second variant is another picture, whose cells moved with it
        assert not np.array_equal(features.features[:, 0], features.features[:, 1])
        answers.append(cached)
        before = {name: value.clone() for name, value in model.state_dict().items()}
        fit(model, features, indices, config, lambda _: None)
        changed = {name for name, value in model.state_dict().items() if not torch.equal(value, before[name])}
        first = min(int(name.split(".")[1]) for name in changed if name.startswith("encoder."))
        assert first == model.frozen == (frozen_blocks or 6)
    assert np.abs(answers[0] - answers[1]).max() < 0.05


def test_the_running_mean_forgets_where_it_began() -> None:
    layer = torch.nn.Linear(1, 1, bias=False)
    mean = RunningMean(layer, 0.9)
    layer.weight.data.fill_(3.0)
    for _ in range(200):
        mean.update(layer)
    layer.weight.data.fill_(100.0)
    mean.apply(layer)
    assert layer.weight.item() == pytest.approx(3.0, abs=1e-3)


def test_predictions_survive_a_result_line(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    values = {
        "logits": random.normal(0, 5, (7, 3)).astype(np.float32),
        "labels": np.array([0, 1, 2, 0, 1, 2, 0]),
        "images": np.array(["b", "a", "a", "c", "b", "b", "c"]),
        "groups": np.array(["q", "p", "p", "p", "q", "q", "p"]),
    }
    back = unpack_predictions(json.loads(json.dumps(pack_predictions(values))))
    assert np.abs(back["logits"] - values["logits"]).max() < 0.01
    assert all(np.array_equal(back[key], values[key]) for key in ("labels", "images", "groups"))


def write_made_config(folder: Path) -> Path:
    """A made data set and a configuration that trains a small network on it."""
    config = config_of()
    config.loss.lambda_ = 0.0  # the projection's batch norm sees each process's share alone, as everywhere
    config.name, config.data.roots, config.data.per_image = "made", [str(write_mask_dataset(folder, groups=4))], 4
    config.train = TrainConfig(steps=20, batch=8, learning_rate=3e-3, frozen_stride=0, dropout=0.0)
    (folder / "made.yaml").write_text(yaml.safe_dump(config.to_dict()))
    return folder / "made.yaml"


def in_one_and_two_processes(folder: Path, *arguments: str) -> None:
    """Runs a command of dsml alone and by `torchrun` in two CPU processes; ONE in an argument becomes `one`, `two`."""
    environment = {**os.environ, "PYTHONPATH": str(TRAINING_ROOT), "OMP_NUM_THREADS": "1"}
    if sys.platform == "linux":
        environment["GLOO_SOCKET_IFNAME"] = "lo"  # a machine's own name need not resolve
    torchrun = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "--", "dsml"]
    for run, launcher in (("one", ["-m", "dsml"]), ("two", torchrun)):
        environment["CONCENTRIC_OUT"] = str(folder / f"out-{run}")
        command = [sys.executable, *launcher, *(argument.replace("ONE", run) for argument in arguments)]
        ended = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment)
        assert ended.returncode == 0, ended.stdout + ended.stderr


def test_two_processes_train_as_one(tmp_path: Path) -> None:
    """`torchrun` with two CPU processes: the same batches, shared out, lead to the same network within rounding."""
    config = write_made_config(tmp_path)
    in_one_and_two_processes(
        tmp_path, "train", "--config", str(config), "--fold", "all", "--run", str(tmp_path / "ONE")
    )
    logs = [(tmp_path / run / "log.jsonl").read_text().splitlines() for run in ("one", "two")]
    assert len(logs[0]) == len(logs[1]) == 1  # one process writes
    assert json.loads(logs[1][0])["loss"] == pytest.approx(json.loads(logs[0][0])["loss"], rel=1e-3)
    one, two = (torch.load(tmp_path / run / "model.pt", weights_only=True) for run in ("one", "two"))
    moved = [(one[k] - two[k]).norm() / one[k].norm() for k in one if k.endswith("weight") and one[k].dim() > 1]
    assert max(moved) < 1e-3


def test_two_processes_run_a_plan_as_one(tmp_path: Path) -> None:
    """`experiment` under `torchrun`: each run once in the results, with the single process's scores within rounding."""
    (tmp_path / "others").mkdir()
    others = str(write_mask_dataset(tmp_path / "others", groups=2))
    plan = {"name": "made", "base": str(write_made_config(tmp_path)), "seeds": [0, 1], "test_on": others}
    (tmp_path / "plan.yaml").write_text(yaml.safe_dump({**plan, "variants": {"x": {"train.steps": 10}}}))
    results = str(tmp_path / "ONE.jsonl")
    in_one_and_two_processes(tmp_path, "experiment", "--plan", str(tmp_path / "plan.yaml"), "--results", results)
    lines = [(tmp_path / f"{run}.jsonl").read_text().splitlines() for run in ("one", "two")]
    assert [json.loads(line)["name"] for line in lines[1]] == ["made-x-s0-all", "made-x-s1-all"]
    for one, two in zip(*([json.loads(line) for line in text] for text in lines), strict=True):
        assert two["settings"] == one["settings"]
        assert two["curve"][-1]["loss"] == pytest.approx(one["curve"][-1]["loss"], rel=1e-3)
        apart = unpack_predictions(one["predictions"])["logits"] - unpack_predictions(two["predictions"])["logits"]
        assert np.abs(apart).max() < 0.05


def test_familiarity_tells_what_the_components_do_not_explain() -> None:
    random = np.random.default_rng(0)
    basis = random.normal(size=(3, 20))
    own = random.normal(size=(400, 3)) @ basis + 0.05 * random.normal(size=(400, 20))
    familiarity = fit_components(own.astype(np.float32), 3)
    other = own + random.normal(size=own.shape)
    inside, outside = (distances(familiarity, x.astype(np.float32)) for x in (own, other))
    assert inside.max() < outside.min()
    z = torch.from_numpy(own.astype(np.float32)) * familiarity.scale + familiarity.shift
    kept = (z @ familiarity.components.weight.T) @ familiarity.components.weight
    assert torch.allclose((z - kept).square().mean(1), torch.from_numpy(inside), atol=1e-4)
    familiarity.limit.fill_(float(np.median(inside)))
    with torch.inference_mode():
        assert (familiarity(torch.from_numpy(own.astype(np.float32))) > 0.5).float().mean() == pytest.approx(0.5)
