"""The polish: cycles of training on the variance of a flow's weights, while they are expected to pay."""

from __future__ import annotations

from collections.abc import Callable

from iflow.engine.contenders import FlowContender
from iflow.engine.costs import Currency
from iflow.engine.replay import Sample

# Steps of the first cycle and of the longest; what the first is expected to save; less than the last
# ends it.
_STEPS, _FIRST_GAIN, _LEAST_GAIN = (500, 4_000), 0.5, 0.03
# All cycles together see each point so often at most.
_EPOCHS = 60


def polish(
    flow: FlowContender,
    sample: Sample,
    price: float,
    *,
    currency: Currency,
    is_out_of_time: Callable[[], bool],
) -> None:
    """Polishes in cycles, each twice as long as the one before, while that is expected to pay.

    Args:
      flow: to be polished.
      sample: to learn from.
      price: of the rest of the run, as things are.
      currency: of that price.
      is_out_of_time: whether there is no time for another cycle.
    """
    steps, gain = _STEPS[0], _FIRST_GAIN
    left = int(_EPOCHS * len(sample.log_q) / flow.batch)
    while left > 0 and currency.work(steps * flow.seconds_per_step) < gain * price:
        if is_out_of_time():
            return
        steps = min(steps, left)
        ratio = flow.learner.polish(sample, steps)
        left -= steps
        price, gain = price * ratio, 1.0 - ratio
        steps = min(2 * steps, _STEPS[1])
        if gain < _LEAST_GAIN:
            return
