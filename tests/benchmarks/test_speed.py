import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.speed import __main__ as speed
from benchmarks.speed.architecture import Architecture
from benchmarks.speed.comparison import Comparison, Start
from benchmarks.speed.duel import Plan, duel
from benchmarks.speed.peer import answer
from benchmarks.speed.peer_process import PeerFailed, PeerProcess

SECONDS = {"first_step": 1.0, "train": 0.01, "sample": 0.02, "products": 0.001}


class FakePeer:
    """A side whose every work takes as long as it is told."""

    version = "fake 1.0"

    def __init__(self, new_traces=0, **seconds):
        self.seconds, self.new_traces, self.calls = SECONDS | seconds, new_traces, []

    def call(self, name, **arguments):
        self.calls.append(name)
        if name == "new_sizes":
            return {"new_traces": self.new_traces, "lost_seconds": 0.0}
        return self.seconds[name]


def run_duel(home, rival, dim=4, repeats=3):
    plan = Plan(repeats=repeats, slice_seconds=0.01, batch=1000, n_drawn=4096)
    return duel(Architecture(dim), plan, home=home.call, rival=rival.call, import_seconds=2.0)


def test_operations_are_those_of_the_products():
    # Two couplings: 1 -> 32 -> 32 -> 32 -> 31 each.
    assert Architecture(2).flops(10) == 10 * 2 * 2 * (32 + 32 * 32 + 32 * 32 + 32 * 31)
    # In 3 dimensions two coordinates have each bit unset and one has it set.
    assert [layers[0][0] for layers in Architecture(3).products] == [1, 2, 1, 2]
    assert [len(Architecture(dim).products) for dim in (4, 5, 8, 16)] == [4, 6, 6, 8]


def test_the_ratio_is_that_of_times_next_to_each_other():
    # A machine that halves its speed meets both sides.
    both = Comparison("w", 4, 100, (5.0, 10.0, 12.0), (1.0, 2.0, 2.0), (0.5, 0.5, 1.0), flops=1000)
    assert both.ratio == 5.0
    assert both.quartiles == (5.0, 5.5)
    assert both.is_met
    assert (both.most, both.gap, both.flop_rate) == (20.0, 4.0, 2000.0)
    assert not replace(both, home=(1.0, 2.1, 2.5)).is_met
    assert replace(both, home=(9.0, 9.0, 9.0), goal=None).is_met
    erratic = replace(both, rival=(4.0, 20.0, 60.0))
    assert (both.verdict, erratic.verdict) == ("met", "unsettled")
    assert erratic.ratio > erratic.goal
    assert not erratic.is_met
    alone = replace(both, rival=(3.0,), home=(1.0,), limit=(1.0,))
    assert alone.quartiles == (3.0, 3.0)


@pytest.mark.parametrize(
    ("changed", "early", "once"),
    [
        ({}, True, True),
        ({"first_seconds": 3.5}, False, True),
        ({"new_traces": 1}, True, False),
        ({"lost_seconds": 1.0}, True, False),
    ],
)
def test_a_start_is_early_and_once(changed, early, once):
    start = replace(Start(4, 3.0, 2.0, 0.1, 0, 0.0), **changed)
    assert (start.is_early, start.is_once) == (early, once)
    assert start.as_dict()["is_met"] is (early and once)


def test_a_duel_takes_turns():
    home, rival = FakePeer(), FakePeer(train=0.07, sample=0.1)
    start, comparisons = run_duel(home, rival, repeats=4)
    assert (start.first_seconds, start.rival_first_seconds, start.import_seconds) == (1.0, 1.0, 2.0)
    assert [each.work for each in comparisons] == ["training step", "drawing, float64", "drawing, float32"]
    assert [each.ratio for each in comparisons] == pytest.approx([7.0, 5.0, 5.0])
    assert all(len(each.home) == 4 for each in comparisons)
    # A step has the products of three passes, and 4096 points those of two blocks.
    assert [each.limit[0] for each in comparisons] == pytest.approx([0.003, 0.002, 0.002])
    assert [each.flops for each in comparisons] == [
        3 * Architecture(4).flops(1000),
        *[Architecture(4).flops(4096)] * 2,
    ]
    assert rival.calls[-2:] == ["train", "sample"]


def test_a_peer_answers_or_says_why_not():
    class Peer:
        def train(self, steps):
            return steps / 2

    assert answer(Peer(), '{"call": "train", "steps": 3}') == {"value": 1.5}
    assert answer(Peer(), '{"call": "train"}')["error"].startswith("TypeError")
    assert answer(Peer(), '{"call": "sample"}')["error"].startswith("AttributeError")


def test_a_process_that_dies_leaves_its_last_words():
    with PeerProcess("nobody", threads=1) as peer, pytest.raises(PeerFailed, match="No module named"):
        peer.call("train", steps=1)


@pytest.fixture
def invoke(monkeypatch):
    def run(*arguments, **rival_seconds):
        class Process(FakePeer):
            def __init__(self, name, *, threads, python, **settings):
                assert threads == 2
                super().__init__(**({} if name == "iflow" else rival_seconds))
                self.greeting = {"version": f"{name} 1.0", "seconds": 2.0}

            def __enter__(self):
                return self

            def __exit__(self, *exception):
                pass

        monkeypatch.setattr(speed, "PeerProcess", Process)
        options = ["--against", "madnis", "--quick", "--threads", "2", *map(str, arguments)]
        return CliRunner().invoke(speed.main, options)

    return run


def test_the_command_reports_and_succeeds(invoke, tmp_path):
    report, plot = tmp_path / "speed.json", tmp_path / "speed.png"
    options = ("--madnis-python", "peers/python", "--dims", "4,8", "--json", report, "--plot", plot)
    result = invoke(*options, train=0.06, sample=0.2)
    assert result.exit_code == 0, result.output
    assert "iflow 1.0, madnis 1.0" in result.output
    assert "missed" not in result.output
    assert plot.read_bytes().startswith(b"\x89PNG")
    found = json.loads(report.read_text())
    assert [(row["work"], row["dim"]) for row in found["rows"][:3]] == [
        ("training step", 4),
        ("training step", 8),
        ("drawing, float64", 4),
    ]
    assert found["rows"][0]["ratio"] == pytest.approx(6.0)
    assert [start["is_met"] for start in found["starts"]] == [True, True]


@pytest.mark.parametrize(("train", "sample"), [(0.04, 0.2), (0.06, 0.09)])
def test_a_ratio_below_its_goal_fails(invoke, train, sample):
    result = invoke("--madnis-python", "peers/python", "--dims", "4", train=train, sample=sample)
    assert result.exit_code == 1
    assert "missed: 5 times as fast" in result.output


def test_a_busy_machine_is_mentioned(invoke, monkeypatch):
    options = ("--madnis-python", "peers/python", "--dims", "4")
    monkeypatch.setattr(speed.os, "cpu_count", lambda: 4)
    for load, busy in ((0.3, False), (3.5, True)):
        monkeypatch.setattr(speed, "_load", lambda load=load: load)
        assert ("cores busy" in invoke(*options).output) is busy


def test_a_peer_that_is_missing_is_an_error_that_helps(invoke, monkeypatch):
    monkeypatch.setattr(speed.methods, "version", lambda name: None)
    result = invoke()
    assert result.exit_code == 1
    assert "--madnis-python" in result.output
    assert "[bench]" in result.output


@pytest.mark.parametrize("dims", ["", "4,x", "1"])
def test_dims_that_make_no_sense_are_refused(invoke, dims):
    assert invoke("--madnis-python", "peers/python", "--dims", dims).exit_code == 2


def test_the_side_of_iflow():
    from benchmarks.speed.iflow_peer import Peer, counted_traces
    from iflow.flow import build_flow
    from iflow.options import FlowOptions

    peer = Peer(dim=3, bins=4, hidden=[8, 6], batch=64, threads=1)
    assert peer.first_step() > 0
    products = Architecture(3, bins=4, hidden=(8, 6)).products
    sizes = [sum((fan_in + 1) * fan_out for fan_in, fan_out in layers) for layers in products]
    assert sorted(v.shape[0] for v in peer.flow.trainable_variables) == sorted(sizes)
    assert peer.train(steps=3) > 0
    assert all(peer.sample(n=100, dtype=dtype) > 0 for dtype in ("float32", "float64"))
    assert all(peer.products(n=100, dtype=dtype, passes=2) > 0 for dtype in ("float32", "float64"))
    u = np.random.default_rng(1).random((50, 3), dtype=np.float32)
    for by_hand, exact in zip(peer._place32(u), peer.flow.place(u), strict=True):
        sign = -1 if by_hand.ndim == 1 else 1  # log det, and log q
        np.testing.assert_allclose(sign * by_hand, exact, atol=1e-4)
    found = peer.new_sizes()
    assert found["new_traces"] == 0
    with counted_traces() as traces:  # it does see them
        flow = build_flow(2, FlowOptions(), seed=1)
        flow.log_density(flow.place(np.full((1, 2), 0.5))[0])
    assert len(traces) == 4
