"""One process, or many started by `torchrun`: the only place that knows.

Lightning Fabric moves the model, averages gradients and mixes precision.
`torchrun --standalone --nproc-per-node N -m -- dsml train` starts N processes on this machine's GPUs or, without any,
on its CPU.
"""

import os
from typing import Any

import torch.distributed
from lightning_fabric import Fabric
from lightning_fabric.strategies import DDPStrategy


def make_fabric(precision: Any = "32-true") -> Fabric:  # noqa: ANN401 - one of Fabric's many literals
    """A Fabric over the processes that `torchrun` started, else over this one."""
    if "TORCHELASTIC_RUN_ID" not in os.environ:
        return Fabric(accelerator="auto", devices=1, precision=precision)
    # a lambda of 0 leaves the projection without gradients
    strategy = DDPStrategy(find_unused_parameters=True)
    nodes = int(os.environ["GROUP_WORLD_SIZE"])
    devices = int(os.environ["LOCAL_WORLD_SIZE"])
    fabric = Fabric(accelerator="auto", strategy=strategy, devices=devices, num_nodes=nodes, precision=precision)
    fabric.launch()
    return fabric


def is_first_process() -> bool:
    """Whether this process is the one that writes files."""
    return os.environ.get("RANK", "0") == "0"


def leave_processes() -> None:
    """Ends the group when this process is in one: none may close its sockets while another still talks."""
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        torch.distributed.barrier()
        torch.distributed.destroy_process_group()
