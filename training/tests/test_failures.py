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
