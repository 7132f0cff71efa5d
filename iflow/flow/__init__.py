"""Normalizing flows on the unit cube. TensorFlow is imported here, and nothing here knows an integrand."""

from iflow.flow.startup import start_tensorflow

start_tensorflow()  # before anything below imports it

from iflow.flow.build import build_flow  # noqa: E402
from iflow.flow.coupling import Coupling  # noqa: E402
from iflow.flow.flow import Flow  # noqa: E402
from iflow.flow.histogram import Histogram  # noqa: E402
from iflow.flow.masks import antichain_masks, checkerboard_masks, log2_masks, random_masks  # noqa: E402
from iflow.flow.networks import Conditioner, Constant, Perceptron  # noqa: E402
from iflow.flow.piecewise import Hit, Piecewise  # noqa: E402
from iflow.flow.quadratic import Quadratic  # noqa: E402
from iflow.flow.rational_quadratic import RationalQuadratic  # noqa: E402
from iflow.flow.transport import How  # noqa: E402

__all__ = [
    "Conditioner",
    "Constant",
    "Coupling",
    "Flow",
    "Histogram",
    "Hit",
    "How",
    "Perceptron",
    "Piecewise",
    "Quadratic",
    "RationalQuadratic",
    "antichain_masks",
    "build_flow",
    "checkerboard_masks",
    "log2_masks",
    "random_masks",
]
