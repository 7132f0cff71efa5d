"""Flows that cannot be built."""

from __future__ import annotations

import numpy as np

from tests.misuse.case import cases
from tests.misuse.subjects import BrokenCoupling, integrate

# A row: what the user did, how, what is raised, and what that says.
# fmt: off
CASES = (
    # The flow.
    *cases("integrate",
        ('flow is text other than "auto"', lambda _: integrate(flow="yes"), ValueError,
         r"flow must be True, False or .auto., got 'yes'"),
        ("flow is a number", lambda _: integrate(flow=1), ValueError,
         'flow must be True, False or "auto", got 1'),
        ("flow is None", lambda _: integrate(flow=None), ValueError,
         'flow must be True, False or "auto", got None'),
        ("flow is True with too small a budget", lambda _: integrate(flow=True), ValueError,
         "max_neval = 1000 is too small to train a flow: flow=True needs at least.*"
         "flow at 'auto' to measure without one"),
        ("coupling is unknown", lambda _: integrate(coupling="cubic"), ValueError,
         "coupling must be one of linear, quadratic, rational-quadratic, got 'cubic'"),
        ("coupling is misspelled", lambda _: integrate(coupling="linar"), ValueError,
         r"coupling must be one of linear, quadratic, rational-quadratic, got 'linar';.*"
         r" did you mean 'linear'\?"),
        ("coupling is None", lambda _: integrate(coupling=None), TypeError,
         "coupling must be one of linear, quadratic, rational-quadratic, or a class.*"
         "n_params, cdf and quantile; got None"),
        ("coupling is a class of something else", lambda _: integrate(coupling=int), TypeError,
         "coupling must be one of linear, quadratic, rational-quadratic, or a class.*"
         "which lacks n_params and cdf and quantile"),
        ("coupling has an n_params that raises", lambda _: integrate(coupling=BrokenCoupling), TypeError,
         r"coupling\.n_params must be a static method from a number of bins to one of.*"
         r" parameters: no such number"),
        ("bins is 1", lambda _: integrate(bins=1), ValueError, "bins must be an integer >= 2, got 1"),
        ("bins is a float", lambda _: integrate(bins=2.5), TypeError,
         r"bins must be an integer >= 2, got 2\.5"),
        ("bins is text", lambda _: integrate(bins="16"), TypeError, "bins must be an integer >= 2, got '16'"),
        ("bins is True", lambda _: integrate(bins=True), TypeError, "bins must be an integer >= 2, got True"),
        ("hidden is empty", lambda _: integrate(hidden=()), TypeError,
         r"hidden must be a sequence of layer widths such as \(32, 32\), got \(\)"),
        ("hidden is a number", lambda _: integrate(hidden=32), TypeError,
         r"hidden must be a sequence of layer widths such as \(32, 32\), got 32"),
        ("hidden is text", lambda _: integrate(hidden="32"), TypeError,
         r"hidden must be a sequence of layer widths such as \(32, 32\), got '32'"),
        ("hidden is a set, which has no order", lambda _: integrate(hidden={32, 64}), TypeError,
         r"hidden must be a sequence of layer widths such as \(32, 32\), got \{32, 64\}"),
        ("hidden has a layer of width 0", lambda _: integrate(hidden=(32, 0)), ValueError,
         "each width in hidden must be an integer >= 1, got 0"),
        ("hidden has a float", lambda _: integrate(hidden=(32, 1.5)), TypeError,
         r"each width in hidden must be an integer >= 1, got 1\.5"),
        ("hidden has text", lambda _: integrate(hidden=("a",)), TypeError,
         "each width in hidden must be an integer >= 1, got 'a'"),
        ("activation is unknown", lambda _: integrate(activation="gelu"), ValueError,
         r"activation must be one of leaky-relu, relu, elu, tanh, got 'gelu'; did you.* mean 'elu'\?"),
        ("activation is None", lambda _: integrate(activation=None), ValueError,
         "activation must be one of leaky-relu, relu, elu, tanh, got None"),
        ("encoding is unknown", lambda _: integrate(encoding="fourier"), ValueError,
         "encoding must be one of one-blob, none, got 'fourier'"),
        ("encoding is None", lambda _: integrate(encoding=None), ValueError,
         r"encoding must be one of one-blob, none, got None; did you mean 'none'\?"),
        ("masks is misspelled", lambda _: integrate(masks="log3"), ValueError,
         r"masks must be one of log2, antichain, random, checkerboard, got 'log3'; did.* you mean 'log2'\?"),
        ("masks is None", lambda _: integrate(masks=None), ValueError,
         r"masks must be one of log2, antichain, random, checkerboard, or booleans.*"
         r"dim\]; got object of shape \(\)"),
        ("masks is empty", lambda _: integrate(masks=[]), ValueError,
         r"masks must be one of log2, antichain, random, checkerboard, or booleans.*"
         r"dim\]; got float64 of shape \(0,\)"),
        ("masks is made of 0 and 1", lambda _: integrate(masks=[[1, 0], [0, 1]]), ValueError,
         r"masks must be one of log2, antichain, random, checkerboard, or booleans.*"
         r"\(2, 2\); did you mean True and False\?"),
        ("masks is a single row", lambda _: integrate(masks=[True, False]), ValueError,
         r"masks must be one of log2, antichain, random, checkerboard, or booleans.*"
         r"dim\]; got bool of shape \(2,\)"),
        ("masks has rows of different lengths",
         lambda _: integrate(masks=[[True], [False, True]]), ValueError,
         r"masks must be one of log2, antichain, random, checkerboard, or booleans.*"
         r"dim\]; got rows of different lengths"),
        ("masks has a coupling that draws nothing",
         lambda _: integrate(masks=[[True, True], [False, False]]), ValueError,
         r"each coupling must draw a coordinate \(False\), but row 0 of masks draws none"),
        ("masks has a coordinate that is never drawn", lambda _: integrate(masks=[[True, False]]), ValueError,
         r"a coordinate must be drawn by a coupling \(False\), but column 0 never is"),
        ("masks has too many columns",
         lambda _: integrate(masks=[[True, False, True], [False, True, False]]), ValueError,
         "masks must have a column for each of the 2 coordinates, got 3 columns"),
        ("repeats is 0", lambda _: integrate(repeats=0), ValueError,
         "repeats must be an integer >= 1, got 0"),
        ("repeats is a float", lambda _: integrate(repeats=1.5), TypeError,
         r"repeats must be an integer >= 1, got 1\.5"),
        ("dtype is unknown", lambda _: integrate(dtype="float16"), ValueError,
         r"dtype must be one of float32, float64, got 'float16'; did you mean.* 'float64'\?"),
        ("dtype is None", lambda _: integrate(dtype=None), ValueError,
         "dtype must be one of float32, float64, got None"),
        ("divergence is unknown", lambda _: integrate(divergence="js"), ValueError,
         "divergence must be one of kl, chi2, exponential, hellinger, jeffreys, got.* 'js'"),
        ("learning_rate is 0", lambda _: integrate(learning_rate=0), ValueError,
         "learning_rate must be a finite number > 0, got 0"),
        ("learning_rate is nan", lambda _: integrate(learning_rate=np.nan), ValueError,
         "learning_rate must be a finite number > 0, got nan"),
        ("learning_rate is text", lambda _: integrate(learning_rate="fast"), TypeError,
         "learning_rate must be a finite number > 0, got 'fast'"),
        ("batch is too small", lambda _: integrate(batch=8), ValueError,
         "batch must be an integer >= 32, got 8"),
        ("batch is a float", lambda _: integrate(batch=100.5), TypeError,
         r"batch must be an integer >= 32, got 100\.5"),
        ("steps is 0", lambda _: integrate(steps=0), ValueError, "steps must be an integer >= 1, got 0"),
        ("steps is text", lambda _: integrate(steps="many"), TypeError,
         "steps must be an integer >= 1, got 'many'"),
    ),
)
# fmt: on
