"""Whether the device that `--device` names is on this machine: asked where a run begins and by every worker."""

import re

import torch


def missing_device(name: str) -> str | None:
    """Why the device can't be used here and what to do, in words; None when it can be."""
    if name == "cpu":
        return None
    match = re.fullmatch(r"cuda(?::(\d+))?", name)
    if match is None:
        return f"{name} is no device that is known. Use --device cpu, cuda or cuda:N."
    if not torch.cuda.is_available():
        return "There is no CUDA device here (or this PyTorch was built without). Use --device cpu."
    count = torch.cuda.device_count()
    if int(match[1] or 0) >= count:
        return f"There is no {name} here: CUDA devices are counted from 0 and there are {count}. Use another one."
    return None
