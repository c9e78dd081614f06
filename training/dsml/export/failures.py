"""Where a model fails, for its card: group by group with intervals over images, and the images that go worst."""

from collections.abc import Sequence

import numpy as np

from dsml.scores import bootstrap, confusion

WORST_IMAGES = 5


def most_frequent_error(predicted: np.ndarray, labels: np.ndarray, class_names: Sequence[str]) -> str:
    """The pair of classes most often confused, as words; empty when all is right."""
    table = confusion(predicted, labels, len(class_names))
    np.fill_diagonal(table, 0)
    if not table.any():
        return ""
    true, said = np.unravel_index(table.argmax(), table.shape)
    return f"{class_names[true]} taken for {class_names[said]}: {table.max()} of {table.sum()} errors"


def _accuracy(right: np.ndarray, images: np.ndarray) -> str:
    if len(set(images.tolist())) < 2:
        return f"{right.mean():.3f}"
    low, high = bootstrap(lambda drawn: {"accuracy": float(right[drawn].mean())}, images)["accuracy"]
    return f"{right.mean():.3f} ({low:.3f} to {high:.3f})"


def failure_lines(predictions: dict[str, np.ndarray], class_names: Sequence[str]) -> list[str]:
    """Markdown of the held-out predictions that `evaluate` wrote (logits, labels, groups, images)."""
    predicted, labels, images = predictions["logits"].argmax(1), predictions["labels"], predictions["images"]
    right = predicted == labels
    lines = [
        "## Where it fails",
        "",
        "Held-out groups one by one; accuracy with its 95 % interval, drawing whole images.",
        "",
        "| group | patches | images | accuracy | most frequent error |",
        "|---|---|---|---|---|",
    ]
    for group in sorted(set(predictions["groups"].tolist())):
        own = predictions["groups"] == group
        count = len(set(images[own].tolist()))
        error = most_frequent_error(predicted[own], labels[own], class_names)
        lines.append(f"| {group} | {own.sum()} | {count} | {_accuracy(right[own], images[own])} | {error} |")
    names = sorted(np.unique(images).tolist(), key=lambda name: right[images == name].mean())
    wrong = [name for name in names if not right[images == name].all()][:WORST_IMAGES]
    if len(names) > WORST_IMAGES and wrong:
        worst = [
            f"`{name}` ({right[images == name].mean():.0%} right; "
            f"{most_frequent_error(predicted[images == name], labels[images == name], class_names)})"
            for name in wrong
        ]
        lines += ["", f"Images that go worst: {'; '.join(worst)}."]
    return [*lines, ""]
