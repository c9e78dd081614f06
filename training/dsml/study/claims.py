"""The claims under test, each as paired differences of two variants on the same patches, and what became of them."""

from dataclasses import dataclass

from dsml.study.data import COMPARATOR, Study, Variant
from dsml.study.draws import Scores, draw_scores, interval, units_of

SIMILARITY = "-sim"
COMPARED = ("macro_auc", "accuracy")
SEVERAL = "several magnifications beat the best single one"
ONE_NETWORK = "one network of three magnifications beats three networks of one"
HELPS = "the similarity loss helps"
ABOVE, BELOW, UNDECIDED = "above 0", "below 0", "an interval holds 0"


@dataclass(frozen=True)
class Measured:
    """A study and its scores in the draws of each unit: {"images": {variant: scores}, ...}."""

    study: Study
    draws: dict[str, dict[str, Scores]]

    def value(self, variant: str, key: str) -> float:
        """A score of all patches."""
        return float(next(iter(self.draws.values()))[variant][key][0])


@dataclass(frozen=True)
class Difference:
    """`first` - `second` in one score; `intervals` by unit, 95 %."""

    claim: str
    first: str
    second: str
    key: str
    value: float
    intervals: dict[str, tuple[float, float]]

    @property
    def verdict(self) -> str:
        """ABOVE only when every interval lies above 0, BELOW when every one lies below."""
        if all(low > 0 for low, _ in self.intervals.values()):
            return ABOVE
        return BELOW if all(high < 0 for _, high in self.intervals.values()) else UNDECIDED


def measure(study: Study) -> Measured:
    """Draws the scores of every variant over every unit."""
    return Measured(study, {name: draw_scores(study, units) for name, units in units_of(study).items()})


def difference(measured: Measured, claim: str, first: str, second: str, key: str) -> Difference:
    """One paired difference."""
    values = {unit: drawn[first][key] - drawn[second][key] for unit, drawn in measured.draws.items()}
    value = float(next(iter(values.values()))[0])
    return Difference(claim, first, second, key, value, {unit: interval(v) for unit, v in values.items()})


def magnifications(variant: Variant) -> int:
    """How many the networks of a variant see; 0 for a mean of networks."""
    return len(variant.lines[0]["spacings_um_px"]) if variant.lines else 0


def _family(name: str) -> str:
    """What stands before the comma of "Lite1, 20+10+5": magnifications are compared within a backbone."""
    return name.rpartition(", ")[0]


def _pairs(measured: Measured) -> list[tuple[str, str, str]]:
    """Claim, first and second variant, by the names of the variants and what they see."""
    variants = measured.study.variants
    plain = {name: v for name, v in variants.items() if v.lines and not name.endswith(SIMILARITY)}
    singles = [name for name, v in plain.items() if magnifications(v) == 1]
    pairs = []
    for name, variant in plain.items():
        rivals = [other for other in singles if _family(other) == _family(name)]
        if rivals and magnifications(variant) > 1:
            pairs.append((SEVERAL, name, max(rivals, key=lambda other: measured.value(other, "macro_auc"))))
    if singles and COMPARATOR in variants:
        pairs.append((ONE_NETWORK, max(plain, key=lambda name: magnifications(plain[name])), COMPARATOR))
    both = [name for name in variants if name.endswith(SIMILARITY) and name.removesuffix(SIMILARITY) in variants]
    return pairs + [(HELPS, name, name.removesuffix(SIMILARITY)) for name in both]


def claims(measured: Measured) -> list[Difference]:
    """Every claim that the study can test."""
    return [difference(measured, *pair, key) for pair in _pairs(measured) for key in COMPARED]


def against(measured: Measured, reference: str, claim_of: dict[str, str]) -> list[Difference]:
    """Every other variant minus `reference`; `claim_of` names the claim that a variant tests, if it does."""
    others = [name for name in measured.study.variants if name != reference and name != COMPARATOR]
    return [difference(measured, claim_of.get(n, ""), n, reference, key) for n in others for key in COMPARED]


def in_short(differences: list[tuple[str, Difference]]) -> list[str]:
    """One bullet a claim, from the differences of all studies with the studies' names: where it held and where not."""
    bullets = []
    for claim in dict.fromkeys(d.claim for _, d in differences if d.claim):
        own = [(study, d) for study, d in differences if d.claim == claim]
        values = [d.value for _, d in own]
        held = sum(d.verdict == ABOVE for _, d in own)
        reach = f"{min(values):+.3f} to {max(values):+.3f}"
        bullets.append(f"- *{claim}*: held in {held} of {len(own)} differences, which go from {reach}.")
        for verdict, title in ((ABOVE, "held"), (BELOW, "the opposite is true")):
            found = [f"{study}: {d.first} - {d.second} in {words(d.key)}" for study, d in own if d.verdict == verdict]
            bullets += [f"  - {title}: {'; '.join(found)}"] if found else []
    return bullets


def words(key: str) -> str:
    """A score's name as it is written: "macro AUC"."""
    return {"macro_auc": "macro AUC", "macro_f1": "macro F1"}.get(key, key)
