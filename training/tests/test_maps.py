"""Query maps: where a map is light, and that the picture has a row a class and a column a run."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from dsml.errors import UsageError
from dsml.network.dsml import Dsml
from dsml.study import maps
from dsml.study.maps import coloured, draw_maps, query_map
from tests.made import write_mask_dataset
from tests.test_train import small_config


def test_the_cell_that_is_like_the_fine_crop_is_light() -> None:
    low, high = torch.eye(16), torch.eye(16)[[5]].expand(16, 16)
    found = query_map(low, high)
    assert found[1, 1] == 1 and found.sum() == 1  # cell 5 of a 4 x 4 field
    pixels = np.asarray(coloured(found, 64)).astype(int)
    assert pixels[24, 24].sum() > pixels[8, 8].sum() and (pixels[16:32, 16:32] == pixels[24, 24]).all()


def test_the_picture_has_a_row_a_class_and_a_column_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCENTRIC_OUT", str(tmp_path / "out"))
    root = write_mask_dataset(tmp_path, groups=3)
    config = small_config(root)
    model = Dsml(config, 3, pretrained=False).eval()
    monkeypatch.setattr(maps, "load_run", lambda _: (model, config, {}))
    draw_maps([Path("a"), Path("b")], config.data.roots[0], tmp_path / "maps" / "m.png")
    side = config.crops.patch_px + maps.GAP_PX
    with Image.open(tmp_path / "maps" / "m.png") as picture:
        assert picture.size[0] == 4 * side - maps.GAP_PX and (picture.size[1] + maps.GAP_PX) % side == 0


def test_maps_need_two_magnifications(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    config = small_config(tmp_path)
    config.crops.spacings_um_px = [0.5]
    monkeypatch.setattr(maps, "load_run", lambda _: (None, config, {}))
    with pytest.raises(UsageError, match="two magnifications"):
        draw_maps([Path("a")], "root", tmp_path / "m.png")
