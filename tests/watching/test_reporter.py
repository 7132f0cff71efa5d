"""Several who watch at once."""

import pytest

import iflow
from iflow import integrator
from iflow.history import Iteration
from iflow.options import Target, WatchOptions
from iflow.watching import Callback, Log, Reporter, Reporters, make_reporter
from iflow.watching.display import Display
from iflow.watching.tensorboard import TensorBoard

ROW = Iteration("survey", 500, 511, 1.1, 0.3, 6.04, 0.1, proposal="uniform")


class Recorder(Reporter):
    """Notes what it is told, under its name."""

    def __init__(self, name, told):
        self.name, self.told = name, told

    def _tell(self, *what):
        self.told.append((self.name, *what))

    def __enter__(self):
        self._tell("enter")
        return self

    def __exit__(self, *error):
        self._tell("exit")

    __call__ = say = note = begin = advance = finish = _tell


def test_each_is_told_everything_in_order():
    told = []
    several = Reporters([Recorder("a", told), Recorder("b", told)])
    for _ in range(2):
        with several:
            several.say("measuring")
            several.note("why")
            several.begin("survey", "uniform", 10, 20, 0.5)
            several.advance(25, 0.6)
            several(ROW)
    several.finish("result")
    said = [("measuring",), ("why",), ("survey", "uniform", 10, 20, 0.5), (25, 0.6), (ROW,)]
    once = [("a", "enter"), ("b", "enter"), *((name, *what) for what in said for name in "ab")]
    once += [("b", "exit"), ("a", "exit")]
    assert told == once * 2 + [("a", "result"), ("b", "result")]


def test_who_has_begun_is_stopped_where_another_cannot_begin():
    class Broken(Reporter):
        def __enter__(self):
            raise OSError("no")

    told = []
    with pytest.raises(OSError, match="no"), Reporters([Recorder("a", told), Broken()]):
        pass
    assert told == [("a", "enter"), ("a", "exit")]


@pytest.mark.parametrize(
    ("options", "kinds"),
    [
        ({}, [Log]),
        ({"progress": True}, [Log, Display]),
        ({"progress": print}, [Log, Callback]),
        ({"callback": print, "progress": print}, [Log, Callback, Callback]),
        ({"callback": print, "tensorboard": "runs", "progress": True}, [Log, Display, TensorBoard, Callback]),
    ],
)
def test_the_options_choose_who_watches(options, kinds):
    several = make_reporter(WatchOptions(**options), Target())
    assert [type(reporter) for reporter in several._reporters] == kinds


def test_a_reporter_does_nothing_of_its_own(capfd):
    with Reporter() as reporter:
        reporter.say("x")
        reporter.note("x")
        reporter.begin("survey", "uniform", 1, 1, 0.0)
        reporter.advance(1, 0.1)
        reporter(ROW)
    reporter.finish(None)
    assert capfd.readouterr() == ("", "")


def test_a_run_tells_where_it_is_between_rows_too(monkeypatch):
    told = []
    monkeypatch.setattr(integrator, "make_reporter", lambda *options: Recorder("r", told))
    run = {"rtol": 0.0, "max_neval": 300_000, "flow": False, "seed": 1}
    result = iflow.integrate(lambda x: x[:, 0] ** 2, 1, **run)
    begun, advanced, n_rows = None, [], 0
    for _, *what in told:
        if what[0] in ("survey", "training", "measurement"):
            begun, advanced = what, []
        elif isinstance(what[0], int):
            advanced.append(what[0])
        elif isinstance(what[0], Iteration):
            row, n_rows = what[0], n_rows + 1
            phase, proposal, n, neval, _ = begun
            assert (phase, proposal, n, neval + n) == (row.phase, row.proposal, row.neval, row.total_neval)
            if phase == "measurement":
                assert advanced[-1] == row.total_neval
                assert len(advanced) >= n / 65_536
    assert n_rows == len(result.history)
    assert told[-2:] == [("r", "exit"), ("r", result)]
