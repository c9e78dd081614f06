"""Who does what next: every region once, few workers a slide, nothing left behind by a worker that died."""

from collections import Counter, deque

from dsml.infer.agenda import Agenda, Compute, Plan
from dsml.infer.regions import Region


def regions(sizes: list[int]) -> list[tuple[int, Region]]:
    return [(n, Region(tuple((column, n) for column in range(size)), (4,))) for n, size in enumerate(sizes)]


def agenda_of(slides: list[str]) -> Agenda[str]:
    agenda: Agenda[str] = Agenda()
    for slide in slides:
        agenda.add(slide)
    return agenda


def test_a_worker_goes_on_with_the_slide_it_planned_largest_region_first() -> None:
    agenda = agenda_of(["a", "b"])
    assert agenda.next_for("w1", ["w1", "w2"]) == Plan("a")
    assert agenda.next_for("w1", ["w1", "w2"]) is None  # until the plan is there
    assert agenda.next_for("w2", ["w1", "w2"]) == Plan("b")
    agenda.planned("b", regions([1, 3]))
    agenda.planned("a", regions([2, 2, 5]))
    given = [agenda.next_for(worker, ["w1", "w2"]) for worker in ("w1", "w2", "w1", "w2", "w1")]
    places = [(work.slide, work.number) for work in given if isinstance(work, Compute)]
    assert places == [("a", 2), ("b", 1), ("a", 0), ("b", 0), ("a", 1)]
    assert not agenda


def test_who_has_nothing_left_helps_where_most_is_left() -> None:
    agenda = agenda_of(["a", "b"])
    both = ["w1", "w2", "w3"]
    agenda.next_for("w1", both), agenda.next_for("w2", both)
    agenda.planned("a", regions([4] * 3))
    agenda.planned("b", regions([4] * 9))
    work = agenda.next_for("w3", both)
    assert isinstance(work, Compute) and work.slide == "b"
    again = agenda.next_for("w3", both)
    assert isinstance(again, Compute) and again.slide == "b"


def test_what_a_dead_worker_had_begun_comes_before_a_new_slide() -> None:
    agenda = agenda_of(["a", "b"])
    agenda.next_for("gone", ["gone", "w"])
    agenda.planned("a", regions([1] * 5))
    agenda.next_for("gone", ["gone", "w"])
    work = agenda.next_for("w", ["w"])
    assert isinstance(work, Compute) and work.slide == "a"
    assert agenda.next_for("w", ["w"]) == Plan("b")


def test_the_next_slide_is_planned_while_regions_are_left_to_do_behind_it() -> None:
    agenda = agenda_of(["a", "b", "c"])
    agenda.next_for("w", ["w"])
    agenda.planned("a", regions([9, 8, 7, 6, 5]))
    given = [agenda.next_for("w", ["w"]) for _ in range(7)]
    of = [f"plan {work.slide}" if isinstance(work, Plan) else work and work.number for work in given]
    assert of == [0, 1, "plan b", 2, 3, 4, None]  # one plan at a time
    agenda.planned("b", regions([1]))
    assert agenda.next_for("w", ["w"]) == Plan("c")
    work = agenda.next_for("w", ["w"])
    assert isinstance(work, Compute) and work.slide == "b"
    agenda.planned("c", [])
    assert not agenda


def test_no_second_slide_is_planned_ahead() -> None:
    agenda = agenda_of(["a", "b", "c"])
    agenda.next_for("w", ["w"])
    agenda.planned("a", regions([2, 1]))
    assert agenda.next_for("w", ["w"]) == Plan("b")
    agenda.planned("b", regions([4] * 9))  # before the last of a was handed out
    given = [agenda.next_for("w", ["w"]) for _ in range(9)]
    assert [work.slide for work in given if work is not None] == ["a"] * 2 + ["b"] * 6 + ["c"]


def test_no_slide_is_planned_ahead_of_one_that_nobody_goes_on_with() -> None:
    agenda = agenda_of(["a", "b", "c"])
    both = ["gone", "w"]
    agenda.next_for("gone", both), agenda.next_for("w", both)
    agenda.planned("a", regions([1]))
    agenda.planned("b", regions([1]))
    given = [agenda.next_for("w", ["w"]) for _ in range(3)]
    assert [work.slide for work in given if work is not None] == ["b", "a", "c"]
    assert isinstance(given[2], Plan)


def test_a_slide_without_regions_and_one_that_failed_leave_nothing() -> None:
    agenda = agenda_of(["empty", "bad", "c"])
    agenda.next_for("w", ["w"])
    agenda.planned("empty", [])
    assert agenda.next_for("w", ["w"]) == Plan("bad")
    agenda.drop("bad")
    assert agenda.next_for("w", ["w"]) == Plan("c")
    agenda.planned("c", regions([1, 1]))
    agenda.next_for("w", ["w"])
    agenda.drop("c")
    assert not agenda and agenda.next_for("w", ["w"]) is None


def test_every_region_is_given_once_and_few_workers_open_a_slide() -> None:
    slides, workers = [f"s{n}" for n in range(40)], [f"w{n}" for n in range(4)]
    agenda = agenda_of(slides)
    plans: deque[str] = deque()
    given: Counter[tuple[str, int]] = Counter()
    opened: Counter[str] = Counter()
    seen: set[tuple[str, str]] = set()
    while True:
        asked = [(worker, agenda.next_for(worker, workers)) for worker in workers]
        for worker, work in asked:
            if isinstance(work, Plan):
                plans.append(work.slide)
            elif work is not None:
                given[work.slide, work.number] += 1
            if work is not None and (worker, work.slide) not in seen:
                seen.add((worker, work.slide))
                opened[work.slide] += 1
        while plans:
            slide = plans.popleft()
            agenda.planned(slide, regions([3] * (5 + slides.index(slide) % 7)))
        if all(work is None for _, work in asked):
            break
    assert set(given.values()) == {1} and len(given) == sum(5 + n % 7 for n in range(40))
    assert sum(opened.values()) <= len(slides) + 2 * len(workers)
