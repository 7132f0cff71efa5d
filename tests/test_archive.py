"""What is written comes back, bit for bit, and nothing else does."""

import json
import math

import numpy as np
import pytest

import integrands
from iflow import archive
from iflow.batch import Batch
from iflow.engine.contenders import make_contender
from iflow.engine.costs import Currency
from iflow.engine.replay import Sample
from iflow.options import Options, Target
from iflow.points import STREAMS
from iflow.proposal import Uniform

VALUES = {
    "numbers": [0, -(2**130), 0.1, 5e-324, -0.0, True, None, 1 - 2j],
    "texts": ["", "$array", 'a "quoted" \n line', "\u00fc\u4e2d\U0001f600"],
    "containers": {"t": (1, (2,)), "l": [[], [1]], "s": {3, 1}, "f": frozenset({2})},
    "a dict with any keys": {1: "one", (2, 3): 4, "$ref": 0},
    "numpy scalars": [np.float32(0.1), np.float64(2.0), np.int8(-3), np.bool_(True), np.complex128(1j)],
    "options": Options.from_keywords(rtol=0.0, hidden=(8, 4), masks=[[True, False], [False, True]]),
}


def through_file(path, value, **given):
    archive.write(path, {"value": value}, **({"given": given} if given else {}))
    return archive.read(path, ("value",), given=given)[0]


def forge(value, before, after):
    """The text of a value with other words in it, and a seal that fits."""
    content = archive.unsealed(archive.to_json(value))
    return archive.sealed(json.loads(json.dumps(content).replace(before, after)))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "it.npz"


@pytest.mark.parametrize("name", VALUES)
def test_values_come_back_as_they_were(path, name):
    value = VALUES[name]
    for found in (through_file(path, value), archive.from_json(archive.to_json(value))):
        assert repr(found) == repr(value)
        assert found == value


def test_nan_is_the_one_nan_and_infinities_keep_their_sign(path):
    found = through_file(path, (math.nan, math.inf, -math.inf))
    assert found[0] is math.nan
    assert found[1:] == (math.inf, -math.inf)


@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_keep_type_shape_and_order(path, order):
    for array in (
        np.arange(6.0).reshape(2, 3),
        np.array([[1, 2]], np.uint8),
        np.array(["a", "bc"]),
        np.empty((0, 4)),
    ):
        found = through_file(path, np.asarray(array, order=order))
        assert found.dtype == array.dtype
        np.testing.assert_array_equal(found, array)
    again = archive.from_json(archive.to_json(np.array([0.1, np.nan, -np.inf, 5e-324])))
    np.testing.assert_array_equal(again, [0.1, np.nan, -np.inf, 5e-324])
    np.testing.assert_array_equal(archive.from_json(archive.to_json(np.array([1j, 2]))), [1j, 2])


def test_what_is_one_stays_one_and_cycles_close(path):
    array, shared = np.arange(3.0), [1]
    shared.append(shared)
    found = through_file(path, {"a": array, "b": (array, shared), "c": shared})
    assert found["a"] is found["b"][0]
    assert found["c"] is found["b"][1]
    assert found["c"][1] is found["c"]


@pytest.mark.parametrize("bits", [np.random.PCG64, np.random.MT19937, np.random.Philox, np.random.SFC64])
def test_generators_go_on_where_they_stopped(path, bits):
    rng = np.random.Generator(bits(5))
    rng.random(7), rng.spawn(2)
    found = through_file(path, rng)
    np.testing.assert_array_equal(found.random(5), rng.random(5))
    np.testing.assert_array_equal(found.spawn(1)[0].random(3), rng.spawn(1)[0].random(3))
    seeds = np.random.SeedSequence(3)
    seeds.spawn(2)
    assert through_file(path, seeds).spawn(1)[0].state == seeds.spawn(1)[0].state


@pytest.mark.parametrize(("kind", "dim"), [("sobol", 3), ("random", 3), ("sobol", 300)])
def test_points_go_on_where_they_stopped(path, kind, dim):
    points = STREAMS[kind](dim, np.random.SeedSequence(1))
    points.take(8)
    found = through_file(path, points)
    np.testing.assert_array_equal(found.take(8), points.take(8))


def sample_of(f, n=4000):
    y = np.random.default_rng(1).random((n, f.dim))
    with np.errstate(divide="ignore"):
        log_f = np.log(np.abs(f(y)))
    return Sample(y, log_f, np.zeros(n), np.ones(n))


def assert_same_future(contender, found, sample):
    """Same points now, and the same ones after both have learned more."""
    for _ in range(2):
        before, after = contender.proposal(64), found.proposal(64)
        u = np.random.default_rng(2).random((500, before.latent_dim))
        for one, other in zip(before.place(u), after.place(u), strict=True):
            np.testing.assert_array_equal(one, other)
        np.testing.assert_array_equal(before.log_density(sample.y), after.log_density(sample.y))
        contender.fit(sample, 0.7)
        found.fit(sample, 0.7)


@pytest.mark.parametrize("name", ["uniform", "grid", "spline grid", "mixture", "cells"])
def test_contenders_learn_on(path, name):
    f = integrands.get("camel", 2)
    contender, sample = make_contender(name, 2, Options(), seed=3), sample_of(f)
    contender.fit(sample, 1.0)
    assert_same_future(contender, through_file(path, contender), sample)


def test_a_flow_in_training_learns_on(path):
    f = integrands.get("camel", 2)
    options = Options.from_keywords(steps=5, hidden=(8,), bins=4, masks="random", batch=256)
    contender, sample = make_contender("flow", 2, options, seed=3), sample_of(f)
    contender.fit(sample, 1.0)
    found, proposal = through_file(path, (contender, contender.proposal(1)))
    assert proposal._learned is found.learner.flow
    assert_same_future(contender, found, sample)


def test_given_objects_are_only_named(path):
    mine, theirs = Uniform(2), Uniform(3)
    archive.write(path, {"value": [mine, mine]}, given={"it": mine})
    assert archive.read(path, ("value",), given={"it": theirs})[0] == [theirs, theirs]
    with pytest.raises(ValueError, match="'it' must be given"):
        archive.read(path, ("value",))


def test_arrays_that_are_kept_elsewhere_are_referred_to(path):
    array = np.arange(1000.0)
    archive.write(path, {"value": array}, locate=lambda a: ("other.npz", "y") if a is array else None)
    assert path.stat().st_size < 3000
    assert archive.read(path, ("value",), fetch=lambda *place: place)[0] == ("other.npz", "y")
    with pytest.raises(ValueError, match=r"other\.npz"):
        archive.read(path, ("value",))


@pytest.mark.parametrize(
    "value", [lambda x: x, object(), open, np.array([object()]), {"deep": [0, {1.5}, print]}, math]
)
def test_what_cannot_be_stored_is_refused_with_the_way_to_it(path, value):
    with pytest.raises(TypeError, match=r"it\['value'\].* cannot be stored"):
        archive.write(path, {"value": value})
    assert list(path.parent.iterdir()) == []


def test_a_class_is_found_only_where_it_has_been_imported(path):
    assert through_file(path, Target) is Target
    forged = forge(Target, "iflow.options.target", "antigravity")
    with pytest.raises(ValueError, match=r"antigravity.*import it first"):
        archive.from_json(forged)


@pytest.mark.parametrize(
    "name",
    ["os:system", "iflow.function_path:load_function", "iflow.function_path:Path", "iflow.nothing:Nothing"],
)
def test_a_forged_file_runs_no_code(name):
    forged = forge(Currency("time", 0.0), "iflow.engine.costs:Currency", name)
    assert name in forged
    with pytest.raises(ValueError, match=r"no class of iflow|has no Nothing"):
        archive.from_json(forged)


def test_plain_numpy_reads_it(path):
    archive.write(path, {"batch": Batch(*(np.full(3, float(i)) for i in range(5))), "n": 7})
    with np.load(path, allow_pickle=False) as stored:
        tree = json.loads(stored["tree"].item())
        assert int(stored["format"]) == archive.FORMAT
        assert tree["content"]["n"] == 7
        y = tree["content"]["batch"]["state"]["y"]["$array"]
        np.testing.assert_array_equal(stored[y], np.full(3, 1.0))


def test_damage_and_newer_formats_are_told(path, monkeypatch):
    archive.write(path, {"value": np.arange(50.0)})
    whole = path.read_bytes()
    for n in (0, 10, len(whole) // 2, len(whole) - 5):
        path.write_bytes(whole[:n])
        with pytest.raises(ValueError, match=r"it\.npz.*(damaged|not of iflow)"):
            archive.read(path, ("value",))
    flipped = bytearray(whole)
    flipped[whole.index(b"array_0.npy") + 200] ^= 255
    path.write_bytes(flipped)
    with pytest.raises(ValueError, match="damaged"):
        archive.read(path, ("value",))
    for number, message in (
        (99, "format is 99.*a newer iflow; upgrade"),
        (1, "format is 1.*an older iflow; go on"),
    ):
        monkeypatch.setattr(archive.files, "FORMAT", number)
        archive.write(path, {"value": 1})
        monkeypatch.undo()
        with pytest.raises(ValueError, match=message):
            archive.read(path, ("value",))


def test_a_file_is_replaced_whole_or_not_at_all(path, monkeypatch):
    archive.write(path, {"value": 1})
    monkeypatch.setattr(np.lib.format, "write_array", lambda file, *_, **__: (file.write(b"half"), 1 / 0))
    with pytest.raises(ZeroDivisionError):
        archive.write(path, {"value": 2})
    assert archive.read(path, ("value",)) == [1]
    assert [each.name for each in path.parent.iterdir()] == ["it.npz"]


def test_a_class_that_nobody_finds_again_is_refused(tmp_path):
    class Local:
        pass

    with pytest.raises(TypeError, match=r"the class .*Local is made within a function"):
        archive.write(tmp_path / "file.npz", {"it": Local})


def test_every_flipped_bit_is_told_or_changes_nothing(path):
    """Bits of dates and the like change nothing; all others do, those of headers too."""
    array = np.array([[1.5, -2.5], [3.0, 0.1]])
    archive.save_arrays(path, {"numbers": array, "maybe": np.arange(3)})
    whole, n_told = path.read_bytes(), 0
    for bit in range(0, 8 * len(whole), 19):
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        try:
            with archive.open_arrays(path) as stored:
                found = dict(stored)
        except ValueError:
            n_told += 1
            continue
        assert set(found) == {"numbers", "maybe"}
        np.testing.assert_array_equal(found["numbers"], array)
        np.testing.assert_array_equal(found["maybe"], np.arange(3))
    assert n_told > 0.6 * 8 * len(whole) / 19


def test_an_array_that_claims_to_be_shorter_is_told(path):
    """What is not read is not in a checksum, unless somebody looks for it."""
    archive.save_arrays(path, {"a": np.arange(8000.0)})
    path.write_bytes(path.read_bytes().replace(b"(8000,)", b"(4000,)"))
    with archive.open_arrays(path) as stored, pytest.raises(ValueError, match="damaged"):
        stored["a"]


def test_a_seal_tells_an_array_of_another_file(path):
    """All checksums are right: only together the arrays are not those that were written."""
    seal = archive.save_arrays(path, {"a": np.arange(4.0), "b": np.ones(4)})
    with archive.open_arrays(path) as stored:
        assert stored.seal == seal
    np.savez(path, a=np.arange(4.0), b=np.full(4, 2.0), seal=np.array(seal))
    with pytest.raises(ValueError, match="not those that were written together"), archive.open_arrays(path):
        pass
    np.savez(path, a=np.arange(4.0), seal=np.array(seal))
    with pytest.raises(ValueError, match="not those that were written together"), archive.open_arrays(path):
        pass


@pytest.mark.parametrize(
    "state", [{"__class__": {"$class": "tempfile:_TemporaryFileCloser"}}, {"not a name": 1}, {"__dict__": {}}]
)
def test_an_object_stays_what_it_is(state):
    forged = {"value": {"$object": "iflow.engine.costs:Currency", "state": state}, "arrays": {}}
    with pytest.raises(ValueError, match="Currency can have no member"):
        archive.from_json(archive.sealed(forged))


def test_objects_are_not_written(path):
    with pytest.raises(ValueError, match="Object arrays cannot be saved"):
        archive.save_arrays(path, {"it": np.array([None])})
