"""How far the nets of the measurement are displaced, going by what the survey has seen of f."""

from __future__ import annotations

from collections.abc import Mapping

from iflow.engine.pilot import Pilot
from iflow.proposal import Proposal

# Where f is 0 in a part of the region, as a part of each axis.
_OF_CUTS = 0.05
# Elsewhere, of all axes together: f is smooth perhaps, and the density of what is displaced disturbs what
# nets gain from that, the more the more axes there are.
_OF_ALL = 0.02


def displacement(pilots: Mapping[str, Pilot], proposal: Proposal) -> float:
    """Returns how far nets are displaced at most, as a part of an axis; 0 for nets as they are.

    Args:
      pilots: the latest of each kind of proposal.
      proposal: that the measurement draws from.
    """
    own = pilots.get(proposal.name)
    # Displaced, nets would not hit cells equally often any more.
    if own is not None and (own.is_even or own.stratifies):
        return 0.0
    uniform = pilots.get("uniform")
    is_cut = uniform is not None and uniform.estimate.n_nonzero < uniform.estimate.n
    return _OF_CUTS if is_cut else _OF_ALL / proposal.latent_dim
