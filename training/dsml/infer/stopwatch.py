"""Where the time of a worker goes."""

import time

import torch


class Stopwatch:
    """Books wall-clock seconds by name, each lap from the end of the one before. A GPU's work is waited for."""

    def __init__(self, device: str = "cpu") -> None:
        self.seconds: dict[str, float] = {}
        self._device = device
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        """What was done since the last lap was this."""
        if self._device != "cpu":
            torch.cuda.synchronize(self._device)
        now = time.perf_counter()
        self.seconds[name] = self.seconds.get(name, 0.0) + now - self._last
        self._last = now
