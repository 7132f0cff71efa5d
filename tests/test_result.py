"""What an integration returns, and how it reads."""

import dataclasses
import math

import numpy as np
import pytest

from iflow.history import Iteration
from iflow.result import Result
from iflow.statistics.weight_histogram import WeightHistogram

HISTORY = (
    Iteration("survey", 500, 511, 1.1, 0.3, 6.0, 0.1, proposal="uniform", n_needed=4.5e5),
    Iteration("training", 2_000, 2_511, 1.2, 0.1, 3.7, 0.2, beta=0.25, loss=1.5, proposal="grid"),
    Iteration("training", 2_000, 4_511, 0.95, 0.02, 0.9, 0.3, beta=1.0, loss=0.5),
    Iteration("measurement", 10_000, 14_511, 0.9991, 0.0102, 1.0, 0.4, 0.9991, 0.0102),
    Iteration("measurement", 10_000, 24_511, 1.0012, 0.0098, 1.0, 0.5, 1.0002, 0.0071, 0.02, 0.89),
)


def make_result(**changes):
    values = {
        "mean": 1.0002,
        "sdev": 0.0071,
        "chi2": 0.02,
        "dof": 1,
        "Q": 0.89,
        "neval": 24_511,
        "neval_measured": 20_000,
        "ess": 12_345.0,
        "max_weight_share": 0.001,
        "tail_index": 0.2,
        "n_nonzero": 19_000,
        "proposal": "flow",
        "converged": True,
        "reliable": True,
        "stop_reason": "target",
        "warnings": (),
        "seconds": 1.25,
        "seed": 42,
        "history": HISTORY,
        "weight_histogram": WeightHistogram(np.geomspace(1e-2, 1e2, 41), np.arange(40), 1_000),
    }
    return Result(**values | changes)


def test_unpacks_as_mean_and_error():
    mean, sdev = make_result()
    assert (mean, sdev) == (1.0002, 0.0071)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "1.0002(71)"),
        ({"reliable": False}, "1.0002(71) [unreliable]"),
        ({"mean": 0.0, "sdev": math.inf, "reliable": False}, "0 +- inf [unreliable]"),
        ({"converged": False}, "1.0002(71)"),
    ],
)
def test_str(changes, text):
    assert str(make_result(**changes)) == text


@pytest.mark.parametrize(("sdev", "var"), [(0.5, 0.25), (math.inf, math.inf), (1e200, math.inf), (0.0, 0.0)])
def test_var(sdev, var):
    assert make_result(sdev=sdev).var == var


def test_gvar_keeps_track_of_correlations():
    g = make_result().gvar
    assert (g.mean, g.sdev) == (1.0002, 0.0071)
    assert (g - g).sdev == 0.0
    assert (2 * g).sdev == pytest.approx(0.0142)


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Result)])
def test_frozen(field):
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(make_result(), field, None)


def test_results_compare_by_their_numbers():
    assert make_result() == make_result()
    assert make_result() != make_result(mean=1.0003)
    assert len({make_result(), make_result()}) == 1


def test_repr_is_short_enough_to_read():
    text = repr(make_result())
    assert "mean=1.0002" in text
    assert "Iteration" not in text
    assert len(text) < 500


def test_what_no_point_has_met_is_told_by_uniform_points():
    result = make_result()
    assert result.unseen_volume == 3.0 / 500
    assert result.unseen == 3.0 / 20_000
    assert make_result(history=()).unseen_volume == 1.0


def test_summary_line_by_line():
    assert make_result().summary().splitlines() == [
        "itn  phase        drawn from       calls  integral              to target  average               "
        "chi2/dof      Q",
        "-" * 112,
        "  1  (survey)     uniform            500  1.10(30)                4.5e+05",
        "  2  (training)   grid             2,000  1.20(10)",
        "  3  (training)                    2,000  0.950(20)",
        "  4  measured                     10,000  0.999(10)                        0.999(10)",
        "  5  measured                     10,000  1.0012(98)                       1.0002(71)"
        "                0.02   0.89",
        "",
        "result = 1.0002(71)   target met   Q = 0.89   24,511 calls, 20,000 measured from the flow   1.2 s",
        "what no point has met may fill up to 0.6% of the unit cube (95% confidence)",
    ]


def test_only_measured_rows_have_an_average():
    rows = make_result().summary().splitlines()[2:7]
    for row, iteration in zip(rows, HISTORY, strict=True):
        assert (row.count(")") - row.count("(s") - row.count("(t") == 2) == (iteration.phase == "measurement")
        assert (f"({iteration.phase})" in row) == (iteration.phase != "measurement")


@pytest.mark.parametrize("reason", ["max_neval", "max_seconds", "interrupted"])
def test_summary_says_why_it_stopped_and_what_is_wrong(reason):
    result = make_result(
        converged=False, reliable=False, stop_reason=reason, warnings=("a heavy tail", "too slow")
    )
    lines = result.summary().splitlines()
    assert f"1.0002(71) [unreliable]   target not met ({reason})" in lines[-4]
    assert lines[-2:] == ["warning: a heavy tail", "warning: too slow"]


PICTURES = {
    "usual": {},
    "nothing measured": {
        "mean": 0.0,
        "sdev": math.inf,
        "reliable": False,
        "history": (Iteration("survey", 4, 15, 0.0, math.inf, math.inf, 0.1),),
        "weight_histogram": WeightHistogram(np.empty(0), np.empty(0, dtype=np.int64), 100),
    },
    "measured only": {"history": HISTORY[3:]},
    "tiny": {"mean": 1e-300, "sdev": 1e-303},
}


@pytest.mark.parametrize("name", PICTURES)
def test_plot_writes_a_picture(name, tmp_path):
    path = tmp_path / "result.png"
    figure = make_result(**PICTURES[name]).plot(str(path))
    assert path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert path.stat().st_size > 5_000
    assert len(figure.axes) == 2


def test_plot_shows_the_rows_of_each_phase():
    figure = make_result().plot()
    _, labels = figure.axes[0].get_legend_handles_labels()
    assert {label.split(":")[0] for label in labels} == {
        "survey",
        "training",
        "measurement",
        "running mean, 1 and 2 sdev",
    }
    (line,) = (line for line in figure.axes[0].lines if line.get_label().startswith("running"))
    np.testing.assert_array_equal(line.get_xydata(), [[14_511, 0.9991], [24_511, 1.0002]])


@pytest.mark.parametrize("kind", ["overview", "convergence", "weights", "training"])
def test_plot_draws_each_kind(kind, tmp_path):
    figure = make_result().plot(tmp_path / "figure.png", kind=kind)
    assert len(figure.axes) == {"overview": 2, "convergence": 2, "weights": 1, "training": 4}[kind]
    assert (tmp_path / "figure.png").exists()


def test_plot_says_what_it_cannot_draw(tmp_path):
    with pytest.raises(ValueError, match=r"kind must be one of overview, .*, got 'corner'"):
        make_result().plot(kind="corner")
    with pytest.raises(ValueError, match=r"which a result does not keep: use Integrator.plot"):
        make_result().plot(kind="points")
    with pytest.raises(ValueError, match="did you mean kind='weights'"):
        make_result().plot("weights")


def test_report_writes_a_page(tmp_path):
    make_result().report(tmp_path / "run.html", title="my run")
    assert "<title>my run: 1.0002(71)</title>" in (tmp_path / "run.html").read_text(encoding="utf-8")
