"""What the user may choose, and what is said of anything else."""

import dataclasses
import inspect
import math
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import iflow
from iflow.options import (
    ComponentOptions,
    EngineOptions,
    ExecutionOptions,
    FlowOptions,
    IntegrandOptions,
    Options,
    Target,
    TrainingOptions,
    WatchOptions,
)
from iflow.options.training import DIVERGENCE_NAMES

GROUPS = (
    Target,
    EngineOptions,
    FlowOptions,
    TrainingOptions,
    ComponentOptions,
    IntegrandOptions,
    WatchOptions,
    ExecutionOptions,
)


def defaults_of_dataclasses():
    values = {field.name: field.default for group in GROUPS for field in dataclasses.fields(group)}
    own = {field.name: field.default for field in dataclasses.fields(Options)}
    return values | {"flow": own["use_flow"], "seed": own["seed"], "checkpoint": own["checkpoint"]}


def test_integrate_shows_the_very_defaults_that_hold_inside():
    parameters = inspect.signature(iflow.integrate).parameters.values()
    shown = {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}
    assert shown == defaults_of_dataclasses()


def test_no_keyword_is_the_same_as_all_defaults():
    assert Options.from_keywords() == Options() == Options.from_keywords(**defaults_of_dataclasses())


def test_keywords_make_the_same_options_again():
    options = Options.from_keywords(
        rtol=0.5,
        minimize="calls",
        bins=7,
        steps=3,
        flow=True,
        seed=5,
        component="a",
        log=True,
        on_error="skip",
    )
    assert Options.from_keywords(**options.keywords()) == options
    assert (options.keywords()["bins"], options.keywords()["on_error"]) == (7, "skip")


def test_keywords_find_their_groups():
    options = Options.from_keywords(
        rtol=0.5, max_neval=200, bins=4, hidden=[8], divergence="chi2", steps=3, flow=False, seed=7, cost=0.1
    )
    assert options.target == Target(rtol=0.5, max_neval=200)
    assert options.engine == EngineOptions(cost=0.1)
    assert options.flow == FlowOptions(bins=4, hidden=(8,))
    assert options.training == TrainingOptions(divergence="chi2", steps=3)
    assert (options.use_flow, options.seed) == (False, 7)


@pytest.mark.parametrize("name", DIVERGENCE_NAMES)
def test_every_divergence_may_be_chosen(name):
    assert Options.from_keywords(divergence=name).training.divergence == name


@pytest.mark.parametrize(
    ("mean", "allowed"), [(5.0, 0.5), (-5.0, 0.5), (0.0, 0.2), (1.0, 0.2), (math.inf, math.inf)]
)
def test_the_larger_of_the_two_targets_holds(mean, allowed):
    assert Target(rtol=0.1, atol=0.2).error_allowed(mean) == allowed


class NotStatic:
    """A density whose number of parameters cannot be asked for."""

    def n_params(self, bins):
        return bins

    cdf = quantile = n_params


class OwnDensity:
    """What a density of one's own must have."""

    @staticmethod
    def n_params(bins):
        return bins

    def cdf(self, x):
        return x, x

    def quantile(self, u):
        return u, u


@pytest.mark.parametrize(
    "keywords",
    [
        {"rtol": 0},
        {"rtol": np.float32(0.5)},
        {"max_neval": np.int64(100)},
        {"max_seconds": math.inf},
        {"hidden": np.array([8, 8])},
        {"coupling": OwnDensity},
        {"repeats": None},
        {"seed": 0},
        {"cost": 0},
        {"cost": None},
        {"minimize": "calls", "points": "random"},
        {"flow": True},
        {"progress": print},
        {"progress": True, "callback": print, "tensorboard": "runs/1"},
        {"tensorboard": Path("runs")},
        {"executor": ThreadPoolExecutor, "workers": np.int64(3), "retries": 0, "timeout": 0.5},
    ],
    ids=str,
)
def test_accepts(keywords):
    assert isinstance(Options.from_keywords(**keywords), Options)


NOT_BELOW_0 = "must be a finite number >= 0, got "
ERRORS = [
    ({"rtol": -1e-3}, ValueError, f"rtol {NOT_BELOW_0}-0.001"),
    ({"rtol": math.nan}, ValueError, f"rtol {NOT_BELOW_0}nan"),
    ({"rtol": "1e-3"}, TypeError, f"rtol {NOT_BELOW_0}'1e-3'"),
    ({"rtol": True}, TypeError, f"rtol {NOT_BELOW_0}True"),
    ({"rtol": None}, TypeError, f"rtol {NOT_BELOW_0}None"),
    ({"atol": math.inf}, ValueError, f"atol {NOT_BELOW_0}inf"),
    ({"atol": -1}, ValueError, f"atol {NOT_BELOW_0}-1"),
    ({"max_neval": 99}, ValueError, "max_neval must be an integer >= 100, got 99"),
    (
        {"max_neval": 1e6},
        TypeError,
        "max_neval must be an integer >= 100, got 1000000.0; did you mean 1000000?",
    ),
    ({"max_neval": 1e6 + 0.5}, TypeError, "max_neval must be an integer >= 100, got 1000000.5"),
    ({"max_neval": math.inf}, TypeError, "max_neval must be an integer >= 100, got inf"),
    ({"max_seconds": 0}, ValueError, "max_seconds must be a number of seconds > 0, got 0"),
    ({"max_seconds": math.nan}, ValueError, "max_seconds must be a number of seconds > 0, got nan"),
    ({"minimize": "neval"}, ValueError, "minimize must be one of time, calls, got 'neval'"),
    ({"cost": -1e-9}, ValueError, "cost must be a finite number of seconds >= 0, got -1e-09"),
    ({"cost": math.inf}, ValueError, "cost must be a finite number of seconds >= 0, got inf"),
    ({"cost": "1us"}, TypeError, "cost must be a finite number of seconds >= 0, got '1us'"),
    ({"points": "Sobol"}, ValueError, "got 'Sobol'; did you mean 'sobol'?"),
    ({"masks": "log3"}, ValueError, "got 'log3'; did you mean 'log2'?"),
    ({"masks": [[True], [True, False]]}, ValueError, "got rows of different lengths"),
    (
        {"masks": [[0, 1], [1, 0]]},
        ValueError,
        "or booleans [couplings, dim]; got int64 of shape (2, 2); did you mean True and",
    ),
    ({"masks": [True, False]}, ValueError, "or booleans [couplings, dim]; got bool of shape (2,)"),
    ({"masks": [[True, True]]}, ValueError, "must draw a coordinate (False), but row 0 of masks draws none"),
    ({"masks": [[True, False]]}, ValueError, "must be drawn by a coupling (False), but column 0 never is"),
    ({"bins": 1}, ValueError, "bins must be an integer >= 2, got 1"),
    ({"repeats": 0}, ValueError, "repeats must be an integer >= 1, got 0"),
    ({"repeats": True}, TypeError, "repeats must be an integer >= 1, got True"),
    ({"hidden": 32}, TypeError, "hidden must be a sequence of layer widths such as (32, 32), got 32"),
    ({"hidden": 3.5}, TypeError, "hidden must be a sequence of layer widths such as (32, 32), got 3.5"),
    ({"hidden": "32"}, TypeError, "hidden must be a sequence of layer widths such as (32, 32), got '32'"),
    ({"hidden": ()}, TypeError, "hidden must be a sequence of layer widths such as (32, 32), got ()"),
    ({"hidden": (32, 0)}, ValueError, "each width in hidden must be an integer >= 1, got 0"),
    ({"coupling": "rational"}, ValueError, "coupling must be one of linear, quadratic, rational-quadratic"),
    (
        {"coupling": dict},
        TypeError,
        "or a class with n_params, cdf and quantile; got <class 'dict'>, which lacks",
    ),
    (
        {"coupling": NotStatic},
        TypeError,
        "coupling.n_params must be a static method from a number of bins to",
    ),
    ({"coupling": 3}, TypeError, "or a class with n_params, cdf and quantile; got 3"),
    ({"activation": "leaky_relu"}, ValueError, "got 'leaky_relu'; did you mean 'leaky-relu'?"),
    ({"encoding": "oneblob"}, ValueError, "got 'oneblob'; did you mean 'one-blob'?"),
    ({"encoding": None}, ValueError, "encoding must be one of one-blob, none, got None"),
    ({"dtype": "float16"}, ValueError, "dtype must be one of float32, float64, got 'float16'"),
    ({"divergence": "KL"}, ValueError, "got 'KL'; did you mean 'kl'?"),
    ({"divergence": "variance"}, ValueError, "divergence must be one of kl, chi2, exponential,"),
    ({"learning_rate": 0}, ValueError, "learning_rate must be a finite number > 0, got 0"),
    ({"learning_rate": math.inf}, ValueError, "learning_rate must be a finite number > 0, got inf"),
    ({"batch": 0}, ValueError, "batch must be an integer >= 32, got 0"),
    ({"steps": 0}, ValueError, "steps must be an integer >= 1, got 0"),
    ({"flow": "yes"}, ValueError, "flow must be True, False or \"auto\", got 'yes'"),
    ({"flow": 0}, ValueError, 'flow must be True, False or "auto", got 0'),
    ({"seed": -1}, ValueError, "seed must be an integer >= 0, got -1"),
    ({"seed": 1.5}, TypeError, "seed must be an integer >= 0, got 1.5"),
    (
        {"progress": "yes"},
        TypeError,
        "progress must be True, False or a function of one Iteration, got 'yes'",
    ),
    (
        {"component": 1.5},
        TypeError,
        "component must be a name, an index or (name, index) of an integral, got",
    ),
    ({"component": ("a", None, True)}, TypeError, "component must be a name, an index or (name, index)"),
    ({"norm": "L2"}, ValueError, "norm must be one of l2, l1, max, got 'L2'; did you mean 'l2'?"),
    ({"correlate": 1}, TypeError, "correlate must be True or False, got 1"),
    ({"log": "yes"}, TypeError, "log must be True or False, got 'yes'"),
    ({"log": True, "atol": 0.1}, ValueError, "atol must be 0 with log=True"),
    ({"on_error": "ignore"}, ValueError, "on_error must be one of raise, skip, got 'ignore'"),
    ({"on_error": "Skip"}, ValueError, "got 'Skip'; did you mean 'skip'?"),
    ({"on_nonfinite": "skip"}, ValueError, "on_nonfinite must be one of raise, zero, got 'skip'"),
    ({"on_error": None}, ValueError, "on_error must be one of raise, skip, got None"),
    ({"progress": 1}, TypeError, "progress must be True, False or a function of one Iteration, got 1"),
    ({"callback": True}, TypeError, "callback must be a function of one Iteration, got True"),
    ({"callback": []}, TypeError, "callback must be a function of one Iteration, got []"),
    ({"tensorboard": True}, TypeError, "tensorboard must be a folder, as text or path, got True"),
    ({"tensorboard": ""}, ValueError, "tensorboard must be a folder, got '': give it a name"),
    (
        {"executor": 4},
        TypeError,
        "executor must be a concurrent.futures.Executor, got int 4; workers=N makes a pool",
    ),
    ({"workers": 0}, ValueError, "workers must be an integer >= 1, got 0"),
    ({"workers": 2.0}, TypeError, "workers must be an integer >= 1, got 2.0"),
    ({"retries": -1}, ValueError, "retries must be an integer >= 0, got -1"),
    ({"timeout": 0.0}, ValueError, "timeout must be a number of seconds > 0, got 0.0"),
    ({"timeout": 2.0}, ValueError, "timeout needs workers= or executor=, got 2.0 alone"),
    ({"timeout": math.inf}, ValueError, "timeout must be a number of seconds > 0, got inf"),
    (
        {"offload": "flow"},
        ValueError,
        "offload must be one of auto, integrand, measurement, got",
    ),
    (
        {"checkpoint": "x", "norm": len},
        ValueError,
        "norm must be one of l2, l1, max where there is a checkpoint",
    ),
    ({"rtoll": 1}, TypeError, "unknown option 'rtoll': did you mean 'rtol'?"),
    ({"neval": 1}, TypeError, "unknown option 'neval': did you mean 'max_neval'?"),
    ({"nproc": 4}, TypeError, "unknown option 'nproc': did you mean 'workers'?"),
    ({"nitn": 10}, TypeError, "unknown option 'nitn': there is no number of iterations; rtol says"),
    ({"epsrel": 1e-3}, TypeError, "unknown option 'epsrel': did you mean 'rtol'?"),
    ({"checkpoint": 3}, TypeError, "checkpoint must be a folder, as text or path, got 3"),
    ({"use_flow": True}, TypeError, "unknown option 'use_flow': did you mean 'flow'?"),
    (
        {"xyzzy": 1},
        TypeError,
        "unknown option 'xyzzy': options are activation, atol, batch, bins, callback, checkpoint,",
    ),
]


@pytest.mark.parametrize(("keywords", "error", "message"), ERRORS, ids=[str(row[0]) for row in ERRORS])
def test_refuses(keywords, error, message):
    with pytest.raises(error, match=re.escape(message)):
        Options.from_keywords(**keywords)


def test_every_option_is_refused_somewhere_in_the_table():
    refused = {name for keywords, _, _ in ERRORS for name in keywords}
    assert defaults_of_dataclasses().keys() <= refused


def test_integrate_refuses_as_its_options_do():
    with pytest.raises(TypeError, match="unknown option 'max_eval': did you mean 'max_neval'"):
        iflow.integrate(lambda x: x[:, 0], 1, max_eval=1000)


@pytest.mark.parametrize("group", [*GROUPS, Options])
def test_options_are_frozen(group):
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(group(), dataclasses.fields(group)[0].name, 1)


def test_the_divergences_are_those_that_training_knows():
    from iflow.training import DIVERGENCES  # here, because TensorFlow takes seconds to load

    assert set(DIVERGENCE_NAMES) == set(DIVERGENCES)


def test_ones_own_masks_fit_the_dimension():
    own = FlowOptions(masks=np.array([[True, False], [False, True]]))
    assert own == FlowOptions(masks=[[True, False], [False, True]])
    own.require_dim(2)
    FlowOptions().require_dim(3)
    with pytest.raises(ValueError, match="a column for each of the 3 coordinates, got 2 columns"):
        own.require_dim(3)
    with pytest.raises(ValueError, match="a column for each of the 3 coordinates, got 2 columns"):
        iflow.integrate(lambda x: x[:, 0], 3, masks=[[True, False], [False, True]])
