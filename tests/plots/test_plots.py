"""What all figures keep to: nothing global, a figure back, a part of a figure drawn into, a file written."""

import math
import subprocess
import sys

import numpy as np
import pytest
from matplotlib.figure import Figure

from iflow import plots
from iflow.history import Iteration
from iflow.statistics.weight_histogram import WeightHistogram

OF_RESULT = (plots.overview, plots.convergence, plots.weights, plots.training)
OF_POINTS = (plots.points, plots.density, plots.latent_weights)
NOTHING = {
    "mean": 0.0,
    "sdev": math.inf,
    "neval_measured": 0,
    "ess": 0.0,
    "tail_index": math.nan,
    "reliable": False,
    "weight_histogram": WeightHistogram(np.empty(0), np.empty(0, dtype=np.int64), 0),
    "error_allowed": 0.0,
}
RESULTS = {
    "usual": {},
    "nothing evaluated": NOTHING | {"history": ()},
    "only zeros": NOTHING | {"history": (Iteration("survey", 4, 15, 0.0, math.inf, math.inf, 0.1),)},
    "no name of a proposal": {
        "history": (
            Iteration("training", 400, 415, 1.0, 0.1, 3.0, 0.1),
            Iteration("measurement", 400, 815, 1.0, 0.1, 3.0, 0.1, 1.0, 0.1),
        )
    },
    "tiny": {"mean": 1e-300, "sdev": 1e-303, "error_allowed": 1e-304},
    "exact": {"sdev": 0.0, "tail_index": -math.inf},
}


@pytest.mark.parametrize("changes", RESULTS.values(), ids=RESULTS)
@pytest.mark.parametrize("draw", OF_RESULT[1:], ids=lambda draw: draw.__name__)  # the first is made of these
def test_every_result_has_a_figure(draw, changes, make_result):
    figure = draw(make_result(**changes))
    assert isinstance(figure, Figure)
    figure.draw_without_rendering()


def test_the_ending_of_the_path_sets_the_format(make_result, tmp_path):
    path = tmp_path / "figure.pdf"
    plots.weights(make_result(), path=path)
    assert path.read_bytes().startswith(b"%PDF")


CLOUDS = {
    "1-d": (1, lambda x: x[:, 0], 500),
    "zero everywhere": (3, lambda x: 0.0 * x[:, 0], 500),
    "equal weights": (2, lambda x: 1.0 + 0.0 * x[:, 0], 500),
    "changing sign": (2, lambda x: x[:, 0] - 0.4, 500),
    "one point": (2, lambda x: x[:, 0], 1),
    "20-d": (20, lambda x: x[:, 3] * x[:, 5], 500),
}


@pytest.mark.parametrize(("dim", "f", "n"), CLOUDS.values(), ids=CLOUDS)
@pytest.mark.parametrize("draw", OF_POINTS, ids=lambda draw: draw.__name__)
def test_every_cloud_has_a_figure_or_an_error_that_says_why(draw, dim, f, n, make_cloud):
    cloud = make_cloud(f, dim, n)
    if draw is plots.density and dim == 1:
        with pytest.raises(ValueError, match="needs a region of at least 2, got 1"):
            draw(cloud)
    else:
        draw(cloud).draw_without_rendering()


@pytest.mark.parametrize("draw", OF_POINTS, ids=lambda draw: draw.__name__)
def test_names_may_be_mathematics_but_need_not(draw, make_cloud):
    cloud = make_cloud(lambda x: x[:, 0], 2, 500, u=None, names=("$p_T$ [GeV]", r"cost $\nothing{$ in $"))
    figure = draw(cloud)
    figure.draw_without_rendering()
    texts = {text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))}
    assert any("$p_T$ [GeV]" in text for text in texts)
    assert any(r"cost \$\nothing{\$ in \$" in text for text in texts)


def test_figures_go_into_a_part_of_ones_own(make_result, make_cloud, tmp_path):
    own = Figure(figsize=(12, 16), dpi=50)
    parts = own.subfigures(4, 2).ravel()
    cloud = make_cloud(lambda x: x[:, 0], 2, 500)
    for draw, part in zip(OF_RESULT + OF_POINTS, parts, strict=False):
        assert draw(make_result() if draw in OF_RESULT else cloud, figure=part) is own
        assert part.get_children()
    own.savefig(tmp_path / "all.png")


def test_nothing_global_is_touched():
    script = """
import sys, matplotlib, numpy as np
def settings():  # looking at "backend" would import pyplot
    return {key: matplotlib.rcParams[key] for key in matplotlib.rcParams if key != "backend"}
before = settings()
import integrands, iflow
integrator = iflow.Integrator(integrands.get("camel", 2), 2, rtol=0.0, max_neval=5_000, seed=1, flow=False)
integrator.integrate()
for kind in ("overview", "convergence", "weights", "training", "points", "density", "latent_weights"):
    integrator.plot(kind=kind)
assert "matplotlib.pyplot" not in sys.modules
assert settings() == before
"""
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
