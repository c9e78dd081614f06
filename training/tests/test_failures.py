"""The card says which groups and images go wrong, and how."""

import numpy as np

from dsml.export.failures import failure_lines, most_frequent_error

CLASSES = ["stroma", "gland"]


def test_the_most_frequent_error_is_named_by_truth_and_answer() -> None:
    said, true = np.array([0, 0, 1, 1]), np.array([1, 1, 0, 1])
    assert most_frequent_error(said, true, CLASSES) == "gland taken for stroma: 2 of 3 errors"
    assert most_frequent_error(true, true, CLASSES) == ""


def test_groups_and_worst_images_are_listed() -> None:
    images = np.repeat([f"{i}.png" for i in range(6)], 10)
    labels = np.tile([0, 1], 30)
    logits = np.eye(2)[labels].copy()
    logits[images == "4.png"] = [1.0, 0.0]
    groups = np.where(np.isin(images, ["4.png", "5.png"]), "b", "a")
    text = "\n".join(failure_lines({"logits": logits, "labels": labels, "images": images, "groups": groups}, CLASSES))
    assert "| a | 40 | 4 | 1.000 (1.000 to 1.000) |  |" in text
    assert "| b | 20 | 2 | 0.750 (0.500 to 1.000) | gland taken for stroma: 5 of 5 errors |" in text
    assert "`4.png` (50% right; gland taken for stroma: 5 of 5 errors)." in text


def test_images_that_go_equally_badly_are_listed_by_name() -> None:
    images = np.repeat([f"{i}.png" for i in range(7)], 2)
    labels = np.tile([0, 1], 7)
    logits = np.eye(2)[np.zeros_like(labels)]  # one of two right everywhere
    lines = failure_lines({"logits": logits, "labels": labels, "images": images, "groups": images}, CLASSES)
    worst = next(line for line in lines if line.startswith("Images that go worst"))
    assert [part.split("`")[1] for part in worst.split(";") if "`" in part] == [f"{i}.png" for i in range(5)]
