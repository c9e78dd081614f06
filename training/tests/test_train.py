"""Training: it learns, it goes on where it stopped, it leaves frozen layers alone; and the scores that judge it."""

from pathlib import Path

import numpy as np
import pytest
import torch

from dsml import train as train_module
from dsml.augment import augment, jitter_stain, stain_matrix, turn
from dsml.calibrate import fit_temperature, uncertain_below
from dsml.config import AugmentConfig, Config, CropConfig, DataConfig, NetworkConfig, TrainConfig
from dsml.data.cache import CropCache, open_cache
from dsml.evaluate import evaluate_run, predict
from dsml.network.backbones import make_encoder, tiny
from dsml.network.dsml import Dsml, centre_cells
from dsml.network.layers import multiply_adds
from dsml.scores import binary_auc, bootstrap, score, softmax
from dsml.train import draw_weights, fit, train_run
from tests.made import write_mask_dataset

TINY = NetworkConfig(backbone="tiny", embedding_dim=16, projection_hidden=16, head_hidden=16)


def small_config(folder: Path, steps: int = 40) -> Config:
    return Config(
        name="made",
        data=DataConfig(roots=[str(folder)], per_image=4),
        crops=CropConfig(spacings_um_px=[0.5, 1.0], patch_px=64, context_px=16),
        network=TINY,
        augment=AugmentConfig(0, 0, 0, 0, 0),
        train=TrainConfig(
            steps=steps, batch=10, learning_rate=3e-3, head_learning_rate=3e-3, frozen_stride=0, train_batch_norm=True,
            dropout=0.0, checkpoint_every=20,
        ),
    )  # fmt: skip


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CropCache:
    monkeypatch.setenv("CONCENTRIC_OUT", str(tmp_path / "out"))
    return open_cache(small_config(write_mask_dataset(tmp_path, groups=5)), lambda _: None)


def test_ten_patches_are_learnt_by_heart(cache: CropCache, tmp_path: Path) -> None:
    config = small_config(tmp_path, steps=60)
    chosen = np.sort(np.concatenate([np.flatnonzero(cache.labels == c)[:5] for c in (0, 1)]))
    torch.manual_seed(0)
    model = Dsml(config, 2)
    log: list[dict[str, float]] = []
    fit(model, cache, chosen, config, log.append)
    predictions = predict(model, cache, chosen)
    assert (predictions["logits"].argmax(1) == predictions["labels"]).all()
    assert (predictions["per_magnification"].argmax(2) == predictions["labels"][:, None]).all()
    assert log[-1]["loss"] < 0.3 * log[0]["loss"]


def test_a_resumed_run_ends_where_an_unbroken_one_does(cache: CropCache, tmp_path: Path) -> None:
    config, indices = small_config(tmp_path), np.arange(len(cache.patches))

    class Stopped(Exception):
        pass

    def stop_before_the_end(entry: dict[str, float]) -> None:
        if entry["step"] == 40:
            raise Stopped

    def fresh() -> Dsml:
        torch.manual_seed(0)
        return Dsml(config, 2)

    unbroken, broken, resumed = fresh(), fresh(), fresh()
    fit(unbroken, cache, indices, config, lambda _: None)
    with pytest.raises(Stopped):
        fit(broken, cache, indices, config, stop_before_the_end, tmp_path / "checkpoint.pt")
    fit(resumed, cache, indices, config, lambda _: None, tmp_path / "checkpoint.pt")
    for (name, a), b in zip(unbroken.state_dict().items(), resumed.state_dict().values(), strict=True):
        assert torch.allclose(a.float(), b.float(), atol=1e-4), name


def test_a_run_trains_evaluates_and_never_scores_its_own_patients(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCENTRIC_OUT", str(tmp_path / "out"))
    config = small_config(write_mask_dataset(tmp_path, groups=5), steps=30)
    monkeypatch.setattr(train_module, "held_out_groups", lambda _config, _fold: ["patient-1", "patient-3"])
    run = train_run(config, "0", tmp_path / "run", lambda _: None)
    summary = evaluate_run(run, report=lambda _: None)
    assert set(np.load(run / "predictions.npz")["groups"]) == {"patient-1", "patient-3"}
    assert summary["patches"] == 8 and summary["scores"]["accuracy"] > 0.7


def test_frozen_layers_and_statistics_stay(tmp_path: Path, cache: CropCache) -> None:
    config = small_config(tmp_path, steps=2)
    config.train.frozen_stride, config.train.train_batch_norm = 4, False
    model = Dsml(config, 2)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    fit(model, cache, np.arange(len(cache.patches)), config, lambda _: None)
    changed = {name for name, value in model.state_dict().items() if not torch.equal(value, before[name])}
    assert model.frozen == 2
    assert not any(name.startswith(("encoder.0.", "encoder.1.")) for name in changed)
    assert not any("encoder" in name and "running" in name for name in changed)
    assert any(name.startswith("encoder.3.") for name in changed) and "head.fused.weight" in changed


def test_classes_are_drawn_equally_often(cache: CropCache) -> None:
    indices = np.flatnonzero((cache.labels == 0) | (np.arange(len(cache.labels)) % 3 == 0))
    weights = draw_weights(cache, indices, 0.5)
    shares = [weights[cache.labels[indices] == c].sum() for c in (0, 1)]
    assert shares == pytest.approx([0.5, 0.5])


def test_magnifications_are_turned_alike_with_their_cells() -> None:
    crops = torch.arange(16.0).reshape(1, 1, 1, 4, 4).repeat(6, 2, 3, 1, 1)
    cells = torch.arange(16).reshape(1, 1, 4, 4).repeat(6, 2, 1, 1)
    turned, turned_cells = turn(crops, cells, torch.Generator().manual_seed(0))
    assert torch.equal(turned[:, 0, 0].long(), turned_cells[:, 0]) and torch.equal(turned[:, 0], turned[:, 1])
    assert not torch.equal(turned, crops)


def test_stain_jitter_moves_densities_and_nothing_else() -> None:
    still = AugmentConfig(stain_scale=0.0, stain_shift=0.0)
    crops = torch.rand(3, 2, 3, 8, 8)
    assert torch.allclose(jitter_stain(crops, still, torch.Generator()), crops, atol=1e-5)
    generator = torch.Generator().manual_seed(1)
    moved = jitter_stain(crops, AugmentConfig(stain_scale=0.3, stain_shift=0.0), generator)
    density, changed = (
        -torch.log((c * 255 + 1) / 256).movedim(2, -1) @ torch.linalg.inv(stain_matrix()) for c in (crops, moved)
    )
    inside = ((moved > 0) & (moved < 1)).all(2)
    ratio = (changed / density)[0][inside[0]]
    assert torch.allclose(ratio, ratio[0].expand_as(ratio), atol=2e-2)
    assert not torch.allclose(moved, crops, atol=0.01)
    out, _ = augment(crops, torch.zeros(3, 2, 4, 4), AugmentConfig(), generator)
    assert out.min() >= 0 and out.max() <= 1


def test_geometry_of_the_spot_and_budgets() -> None:
    assert centre_cells([0.62, 1.24, 2.48], 128) == [4, 2, 2]
    assert multiply_adds(tiny(), 160) < 15e6
    assert multiply_adds(make_encoder("efficientnet_lite0", pretrained=False), 192) < 200e6


def test_context_keeps_the_padded_border_out_of_the_patch() -> None:
    config = Config(crops=CropConfig(spacings_um_px=[0.5], patch_px=64, context_px=16), network=TINY)
    model = Dsml(config, 2, pretrained=False).eval()
    wide = torch.rand(1, 1, 3, 160, 160)
    narrow = wide[..., 32:128, 32:128]  # the same patch and context, cut out of a wider field
    with torch.inference_mode():
        whole = model.encoder((wide[:, 0] - 0.5) / 0.5)[:, :, 3:7, 3:7]
        own = model.windows(narrow)[0]
    assert torch.allclose(whole, own, atol=1e-5)


def test_scores_on_cases_known_by_hand() -> None:
    assert binary_auc(np.array([0.1, 0.4, 0.35, 0.8]), np.array([False, False, True, True])) == 0.75
    assert binary_auc(np.array([0.5, 0.5]), np.array([True, False])) == 0.5
    values = score(np.array([[0.8, 0.2], [0.3, 0.7], [0.6, 0.4], [0.1, 0.9]]), np.array([0, 1, 1, 1]))
    assert values["accuracy"] == 0.75
    assert values["macro_f1"] == pytest.approx((2 / 3 + 0.8) / 2)
    units = np.array(["a", "a", "b"])
    interval = bootstrap(lambda i: {"mean": float(np.array([0.0, 0.0, 1.0])[i].mean())}, units, draws=200)["mean"]
    assert interval == [0.0, 1.0]


def test_temperature_is_found_again() -> None:
    random = np.random.default_rng(0)
    logits = random.normal(0, 2, (4000, 3))
    labels = np.array([random.choice(3, p=p) for p in softmax(logits)])
    assert fit_temperature(logits * 2.5, labels) == pytest.approx(2.5, rel=0.08)


def test_uncertain_is_what_must_go_for_the_rest_to_be_right() -> None:
    unsure, sure = np.tile([0.6, 0.4], (200, 1)), np.tile([0.15, 0.85], (900, 1))
    labels = np.concatenate(
        [np.zeros(160, int), np.ones(40, int), np.ones(900, int)]
    )  # 160 of the 200 unsure are right
    assert uncertain_below(np.concatenate([unsure, sure]), labels) == 0.61
    assert uncertain_below(sure, np.ones(900, int)) == 0.5
    hopeless = np.zeros(900, int)  # every sure answer wrong: the best there is are all answers together
    assert uncertain_below(np.concatenate([unsure, sure]), np.concatenate([np.zeros(200, int), hopeless])) == 0.5
