"""How many components a mixture of Gaussians needs: splits and merges, judged by points set aside.

A component is split in two where two describe the points set aside better than one, beyond chance; then
pairs that one component describes as well are merged.

Reference:
  Pelleg, Moore, X-means, ICML 2000 (splitting); Arthur, Vassilvitskii, k-means++, SODA 2007 (seeds);
  Runnalls, IEEE Trans. Aerosp. Electron. Syst. 43 (2007) 989 (which pair to merge).
"""

from __future__ import annotations

import numpy as np

from iflow.maps.mixture import GaussianMixture
from iflow.maps.mixture_fit.component import effective_size
from iflow.maps.mixture_fit.em import Points, component, improve, join, shares, single

# Points that a split is tried on.
_MEMBERS = 1500
# Steps of EM for each way to split; the best one takes twice as many more.
_TRIAL_STEPS = 3
# Steps of EM for all components after a round of splits.
_JOINT_STEPS = 5
# A half of fewer points than this is not tried.
_LEAST_HALF = 4.0
# Growth of mean log q, over the points of a component, below which a split is not worth its cost.
_LEAST_GAIN = 2e-3


def split_all(
    mixture: GaussianMixture, train: Points, held: Points, most: int, rng: np.random.Generator
) -> GaussianMixture:
    """Returns the mixture with components split in two as long as that pays."""
    untried = np.ones(len(mixture.weights), bool)
    while untried.any() and len(mixture.weights) < most:
        share, share_held = shares(mixture, train.x)[0], shares(mixture, held.x)[0]
        room = most - len(mixture.weights)
        parts, fresh = [], []
        for k, is_untried in enumerate(untried):
            part = component(mixture, k)
            if is_untried and room:
                members = Points(train.x, train.weight * share[k]).resampled(_MEMBERS, rng)
                part = _split(part, members, Points(held.x, held.weight * share_held[k]), rng)
            count = len(part.weights)
            room -= count - 1
            parts.append(part)
            fresh += [count > 1] * count
        if not any(fresh):
            break
        mixture = improve(join(parts, mixture.weights), train, _JOINT_STEPS)
        # EM drops what has no points left, and then no longer tells which is which.
        kept = len(mixture.weights) == len(fresh)
        untried = np.array(fresh) if kept else np.ones(len(mixture.weights), bool)
    return mixture


def _split(
    own: GaussianMixture, members: Points, judges: Points, rng: np.random.Generator
) -> GaussianMixture:
    """Returns two components in place of one, or that one where two do not pay."""
    best, best_log_q = own, -np.inf
    for side in _partitions(own, members, rng):
        sides = [members.select(side), members.select(~side)]
        if min(effective_size(part.weight) for part in sides) < _LEAST_HALF:
            continue
        pair = join([single(part) for part in sides], np.array([part.weight.sum() for part in sides]))
        pair = improve(pair, members, _TRIAL_STEPS)
        log_q = float(np.average(shares(pair, members.x)[1], weights=members.weight))
        if len(pair.weights) == 2 and log_q > best_log_q:
            best, best_log_q = pair, log_q
    if best is own:
        return own
    best = improve(best, members, 2 * _TRIAL_STEPS)
    return best if _pays(own, best, judges) else own


def _pays(old: GaussianMixture, new: GaussianMixture, judges: Points) -> bool:
    """Returns whether the new mixture describes points that it has not seen better, beyond chance."""
    judges = judges.select(judges.weight > 1e-6 * judges.weight.max())
    size = effective_size(judges.weight)
    if size < 2.0:
        return False
    gain = shares(new, judges.x)[1] - shares(old, judges.x)[1]
    mean = float(np.average(gain, weights=judges.weight))
    variance = float(np.average(np.square(gain - mean), weights=judges.weight))
    return mean > _LEAST_GAIN + 2.0 * np.sqrt(variance / size)


def _partitions(own: GaussianMixture, points: Points, rng: np.random.Generator) -> list[np.ndarray]:
    """Returns ways to divide the points in two, bool [n] each."""
    inverse, offset = own.precisions
    straight = inverse[0] @ points.x - offset[0][:, None]
    log_q = shares(own, points.x)[1]
    worst = np.argsort(log_q)[: max(len(log_q) // 20, 1)]
    seed = rng.choice(worst)
    distance = np.square(points.x - points.x[:, seed, None]).sum(axis=0)
    near = distance <= np.quantile(distance, 0.05)
    return [_halves(points.x, points.weight, rng), _halves(straight, points.weight, rng), near]


def _halves(x: np.ndarray, weight: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Returns which points [n] the second of two means is nearer to; x: [dim, n]."""
    first = x[:, rng.choice(x.shape[1], p=weight / weight.sum())]
    distance = weight * np.square(x - first[:, None]).sum(axis=0)
    if distance.sum() <= 0.0:
        return np.zeros(x.shape[1], bool)
    second = x[:, rng.choice(x.shape[1], p=distance / distance.sum())]
    side = np.zeros(x.shape[1], bool)
    for _ in range(10):
        side = (second - first) @ (x - 0.5 * (first + second)[:, None]) > 0.0
        if not side.any() or side.all():
            break
        first = np.average(x[:, ~side], axis=1, weights=weight[~side])
        second = np.average(x[:, side], axis=1, weights=weight[side])
    return side


def merge_all(mixture: GaussianMixture, train: Points, held: Points, most: int) -> GaussianMixture:
    """Returns the mixture with pairs merged as long as the points set aside do not mind."""
    while len(mixture.weights) > 1:
        fewer = improve(_merged(mixture, train), train, _TRIAL_STEPS)
        if len(mixture.weights) <= most and _pays(fewer, mixture, held):
            break
        mixture = fewer
    return mixture


def _merged(mixture: GaussianMixture, points: Points) -> GaussianMixture:
    """Returns the mixture with the pair made one whose moments change least (Runnalls, eq. 16)."""
    count, weights = len(mixture.weights), mixture.weights
    covariance = mixture.factors @ np.swapaxes(mixture.factors, 1, 2)
    log_det = 2.0 * np.log(np.diagonal(mixture.factors, axis1=1, axis2=2)).sum(axis=1)
    best, least = (0, 1), np.inf
    for i in range(count):
        for j in range(i + 1, count):
            both = weights[i] + weights[j]
            p, gap = weights[i] / both, mixture.means[i] - mixture.means[j]
            spread = p * covariance[i] + (1.0 - p) * covariance[j] + p * (1.0 - p) * np.outer(gap, gap)
            cost = both * np.linalg.slogdet(spread)[1] - weights[i] * log_det[i] - weights[j] * log_det[j]
            if cost < least:
                best, least = (i, j), cost
    i, j = best
    share, _ = shares(mixture, points.x)
    one = single(Points(points.x, points.weight * (share[i] + share[j])))
    parts = [component(mixture, k) for k in range(count) if k not in best]
    return join([*parts, one], np.append(np.delete(weights, best), weights[i] + weights[j]))
