"""Who does what next: which worker plans which slide, and which computes regions of which. Pure.

A worker keeps to one slide until nothing of it is left, so that a slide is opened by few workers: opening one may mean
fetching it, or decoding it whole. The next one is planned shortly before: the last regions of the slide are done while
the plan comes back and is taken in. When no slide is left to begin, workers help where most is left. No number depends
on who did what.
"""

from collections import deque
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from dsml.infer.regions import Region

S = TypeVar("S", bound=Hashable)
Numbered = tuple[int, Region]
REGIONS_BEHIND_A_PLAN = 3  # of a worker's slide; no more than a worker is given at a time


@dataclass(frozen=True)
class Plan(Generic[S]):
    """Work: find out what the regions of a slide are."""

    slide: S


@dataclass(frozen=True)
class Compute(Generic[S]):
    """Work: the numbers of a region."""

    slide: S
    number: int
    region: Region


@dataclass
class _Begun:
    """Regions that nobody was given yet, and the workers that were given others of the slide."""

    left: deque[Numbered]
    workers: set[str] = field(default_factory=set)

    @property
    def cells(self) -> int:
        return sum(len(region.cells) for _, region in self.left)


class Agenda(Generic[S]):
    """What is left to hand out. Slides are named by anything hashable."""

    def __init__(self) -> None:
        self._unplanned: deque[S] = deque()
        self._begun: dict[S, _Begun] = {}
        self._planner: dict[S, str] = {}

    def __bool__(self) -> bool:
        """False when everything was handed out and no plan is being made."""
        return bool(self._unplanned or self._planner or self._begun)

    def add(self, slide: S) -> None:
        """A slide of which nothing is known."""
        self._unplanned.append(slide)

    def planned(self, slide: S, regions: Iterable[Numbered]) -> None:
        """What is to be computed of a slide. Whoever planned it goes on with it."""
        # the largest first: what is still going on at the end of a run, when other workers have nothing to do, is small
        left = deque(sorted(regions, key=lambda one: -len(one[1].cells)))
        planner = self._planner.pop(slide, None)
        if left:
            self._begun[slide] = _Begun(left, set() if planner is None else {planner})

    def drop(self, slide: S) -> None:
        """Nothing more is to be done for a slide."""
        self._planner.pop(slide, None)
        self._begun.pop(slide, None)

    def next_for(self, worker: str, workers: Collection[str]) -> Plan[S] | Compute[S] | None:
        """Work for a worker, one of `workers`; None when there is none until a plan comes back, or at all."""
        mine = [slide for slide, begun in self._begun.items() if worker in begun.workers]
        if sum(len(self._begun[slide].left) for slide in mine) > REGIONS_BEHIND_A_PLAN:
            return self._region_of(mine[0], worker)
        if worker not in self._planner.values():
            left_alone = next((s for s, begun in self._begun.items() if begun.workers.isdisjoint(workers)), None)
            if not mine and left_alone is not None:  # an earlier run began it, or its workers died
                return self._region_of(left_alone, worker)
            if left_alone is None and self._unplanned:
                slide = self._unplanned.popleft()
                self._planner[slide] = worker
                return Plan(slide)
        elif not mine:
            return None
        most = max(self._begun, key=lambda slide: self._begun[slide].cells, default=None)
        slide = mine[0] if mine else most
        return None if slide is None else self._region_of(slide, worker)

    def _region_of(self, slide: S, worker: str) -> Compute[S]:
        begun = self._begun[slide]
        begun.workers.add(worker)
        number, region = begun.left.popleft()
        if not begun.left:
            del self._begun[slide]
        return Compute(slide, number, region)
