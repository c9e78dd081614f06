"""How much a patch looks like the tissue that a network was trained on: 1 = like it, 0 = not at all.

The distance is Mahalanobis's in the leading components of the head's pooled features (Lee et al., NeurIPS 2018), plus
what the components leave over. It knows nothing of any other tissue. A sigmoid takes it to 0..1 so that familiarity is
1/2 where a twentieth of unseen tissue of the own kind is farther away, and 0.95 at the median of that tissue.
"""

from torch import nn

THRESHOLD = 0.5
FLAGGED_OWN_SHARE = 0.05
AT_MEDIAN = 0.95


class Familiarity(nn.Module):
    """Pooled features [B, D] -> familiarity [B]."""

    def __init__(self, width: int, components: int) -> None:
        super().__init__()
        self.whiten = nn.Linear(width, components)  # leading components, of unit variance
        self.scale = nn.Linear(width, width)  # what is left over
        self.slope, self.offset = 1.0, 0.0
