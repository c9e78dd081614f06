"""The similarity loss against values known by hand, its geometry, its gradient."""

import math

import pytest
import torch

from dsml.network.similarity import correspondence, overlap, similarity_losses


@pytest.mark.parametrize(
    ("cells", "ratio", "expected"), [(8, 2, (4.159, 2.773)), (8, 4, (4.159, 1.386)), (16, 4, (5.545, 2.773))]
)
def test_equal_features_give_the_entropy_of_a_guess(cells: int, ratio: int, expected: tuple[float, float]) -> None:
    equal = torch.full((2, cells * cells, 4), 0.5, dtype=torch.float64)
    losses = similarity_losses(equal, equal, overlap(cells, ratio), tau=0.1)
    # nested grids: log(number of low cells), and log(high cells / high cells per low cell)
    exact = (2 * math.log(cells), 2 * math.log(cells) - 2 * math.log(ratio) + 0.0)
    assert losses[0].item() == pytest.approx(exact[0], abs=1e-9)
    assert [loss.item() for loss in losses] == pytest.approx(expected, abs=5e-4)


def test_worked_example_of_two_by_two_cells() -> None:
    z = torch.nn.functional.normalize(torch.tensor([[1.0, 0], [0, 1], [1, 1], [-1, 1]], dtype=torch.float64), dim=1)
    target = overlap(2, 2)
    assert torch.equal(target, torch.eye(4, dtype=torch.float64))
    for loss in similarity_losses(z[None], z[None], target, tau=0.5):
        assert loss.item() == pytest.approx(0.6777558299702621, abs=1e-14)


def test_overlap_conserves_every_high_cell_and_nests_where_it_should() -> None:
    for cells, ratio in [(8, 2), (8, 4), (7, 2), (4, 2)]:
        a = overlap(cells, ratio)
        assert torch.allclose(a.sum(0), torch.ones(cells * cells, dtype=torch.float64))
    a = overlap(8, 2).reshape(8, 8, 8, 8)
    assert a[2, 2, 0, 0] == 1 and a[2, 2, 1, 1] == 1 and a[5, 5, 7, 7] == 1 and a[3, 3, 3, 3] == 1
    assert a[:2].sum() == 0 and a[6:].sum() == 0  # outside the centre window
    assert not set(overlap(7, 2).unique().tolist()) <= {0.0, 1.0}  # 7 cells do not nest


def test_perfect_features_reach_zero() -> None:
    target = overlap(4, 2)
    parent = target.argmax(0)
    low = torch.eye(16, dtype=torch.float64)
    high_to_low, low_to_high = similarity_losses(low[None], low[parent][None], target, tau=0.01)
    assert high_to_low.item() == pytest.approx(0, abs=1e-6)
    assert low_to_high.item() == pytest.approx(0, abs=1e-6)
    found = correspondence(low[None], low[parent][None], target)
    assert found["top1"] == 1.0 and found["centre_hit"] == 1.0
    elsewhere = torch.eye(16, dtype=torch.float64)[[0]].expand(16, 16)  # all like the corner of the low field
    assert correspondence(low[None], elsewhere[None], target)["centre_hit"] == 0.0


def test_gradient_agrees_with_finite_differences() -> None:
    generator = torch.Generator().manual_seed(3)
    low, high = (torch.randn(2, 16, 5, dtype=torch.float64, generator=generator, requires_grad=True) for _ in "ab")
    classes = torch.randint(-1, 2, (2, 2, 16), generator=generator)

    def loss(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        a, b = (torch.nn.functional.normalize(z, dim=2) for z in (a, b))
        return sum(similarity_losses(a, b, overlap(4, 2), 0.3, classes[0], classes[1]), torch.zeros(()))

    assert torch.autograd.gradcheck(loss, (low, high), eps=1e-6, atol=1e-6)


def test_cells_of_the_same_class_leave_the_denominator() -> None:
    equal = torch.full((1, 64, 4), 0.5, dtype=torch.float64)
    one_class = torch.zeros(1, 64, dtype=torch.long)
    high_to_low, low_to_high = similarity_losses(equal, equal, overlap(8, 2), 0.1, one_class, one_class)
    assert high_to_low.item() == pytest.approx(0, abs=1e-12)
    assert low_to_high.item() == pytest.approx(0, abs=1e-12)
    unknown = torch.full((1, 64), -1)
    high_to_low, _ = similarity_losses(equal, equal, overlap(8, 2), 0.1, unknown, unknown)
    assert high_to_low.item() == pytest.approx(math.log(64))
