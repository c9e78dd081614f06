"""Fits a network's familiarity (`dsml.network.familiarity`) to tissue of its own kind, group by group.

How far unseen tissue lies is learnt by leaving each group out: components of the others, and distances in units of the
others' median. The limit is a quantile of these distances. Groups differ, so that the 95 % quantile flags more than a
twentieth of the next group; the level is therefore the lowest at which no more than that is flagged when every group
is judged by the quantile of the others. Nothing of any other tissue goes into it. The encoder is the one that is
shipped, which has seen all groups.
"""

import math

import numpy as np
import torch

from dsml.network.familiarity import Familiarity, fit_components

COMPONENTS = 16
OWN_FLAGGED = 0.05  # of unseen tissue of the own kind, at most
LEVELS = (0.95, 0.955, 0.96, 0.965, 0.97, 0.975, 0.98, 0.985, 0.99, 0.995)
AT_MEDIAN = 0.95  # familiarity of the median of unseen tissue of the own kind
THRESHOLD = 0.5
Distances = dict[str, np.ndarray]


def distances(familiarity: Familiarity, pooled: np.ndarray) -> np.ndarray:
    """Distance of each patch [N]."""
    with torch.inference_mode():
        return familiarity.distance(torch.from_numpy(pooled)).numpy()


def unseen_distances(pooled: np.ndarray, groups: np.ndarray) -> Distances:
    """By group, how far its patches lie from the components of the others, in units of the others' median distance.

    `pooled` [N, D] and `groups` [N] of at least two groups.
    """
    found = {}
    for group in np.unique(groups).tolist():
        own = groups == group
        familiarity = fit_components(pooled[~own], COMPONENTS)
        found[group] = distances(familiarity, pooled[own]) / np.median(distances(familiarity, pooled[~own]))
    return found


def together(unseen: Distances) -> np.ndarray:
    """The distances of all groups [N]."""
    return np.concatenate(list(unseen.values()))


def flagged_by_others(unseen: Distances, level: float) -> float:
    """What share of all patches lies beyond that quantile of the other groups' distances; 0 for a single group."""
    if len(unseen) < 2:
        return 0.0
    beyond = 0
    for group, own in unseen.items():
        others = together({other: values for other, values in unseen.items() if other != group})
        beyond += int((own > np.quantile(others, level)).sum())
    return beyond / len(together(unseen))


def level_of(unseen: Distances) -> float:
    """The lowest of LEVELS at which the groups flag no more than OWN_FLAGGED of each other; the last if none does."""
    return next((level for level in LEVELS if flagged_by_others(unseen, level) <= OWN_FLAGGED), LEVELS[-1])


def limit_of(unseen: Distances) -> float:
    """The distance up to which tissue is called familiar, in the units of `unseen`."""
    return float(np.quantile(together(unseen), level_of(unseen)))


def left_out(pooled: np.ndarray, groups: np.ndarray) -> dict[str, float]:
    """What share of each group is flagged by components and a limit that were fitted without it.

    Of three groups and more, level and limit come from leaving each of the others out of the rest, so that the group
    is in none of them. Of two, the other's distances to the group itself are all there is.
    """
    unseen = unseen_distances(pooled, groups)
    shares = {}
    for group, own in unseen.items():
        rest = groups != group
        known = {other: values for other, values in unseen.items() if other != group}
        if len(known) > 1:
            known = unseen_distances(pooled[rest], groups[rest])
        shares[group] = float((own > limit_of(known)).mean())
    return shares


def fit_familiarity(pooled: np.ndarray, unseen: Distances) -> Familiarity:
    """The familiarity of tissue [N, D] whose groups, at least two, lie as far from each other as `unseen` says."""
    familiarity = fit_components(pooled, COMPONENTS)
    median = float(np.median(distances(familiarity, pooled)))
    limit, middle = limit_of(unseen), float(np.median(together(unseen)))
    familiarity.limit.fill_(limit * median)
    familiarity.slope.fill_(math.log(AT_MEDIAN / (1 - AT_MEDIAN)) / ((limit - middle) * median))
    return familiarity
