"""Finding integrands by name, and what is said when that fails."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import integrands
from integrands import ANY_DIM, Family, Parameter
from integrands.suggestion import did_you_mean


def test_table_lists_every_file_that_defines_a_family():
    files = Path(integrands.__file__).parent.glob("*.py")
    defining = {file.stem for file in files if "\nFAMILY = " in file.read_text()}
    assert sorted(integrands.names()) == sorted(defining)
    assert [family.name for family in integrands.families()] == integrands.names()


def test_names_are_a_copy():
    integrands.names().clear()
    assert "camel" in integrands.names()


@pytest.mark.parametrize(
    "name", ["entangled_circles", "entangled-circles", "Entangled Circles", " ENTANGLED_circles "]
)
def test_spelling_of_names_is_forgiven(name):
    assert integrands.get(name).name == "entangled_circles"


@pytest.mark.parametrize(
    ("name", "dim"),
    [
        ("gaussian", 4),
        ("camel", 4),
        ("entangled_circles", 2),
        ("annulus", 2),
        ("polynomial", 18),
        ("box", 3),
        ("triangle", 2),
    ],
)
def test_default_dimensions(name, dim):
    assert integrands.get(name).dim == dim
    assert integrands.get(name) == integrands.get(name, dim)


def test_numpy_numbers_are_numbers():
    f = integrands.get("camel", np.int64(3), width=np.float32(0.5))
    assert (type(f.dim), type(f.parameters["width"])) == (int, float)
    assert f == integrands.get("camel", 3, width=0.5)


@pytest.mark.parametrize(
    ("name", "guess"),
    [("camle", "camel"), ("gauss", "gaussian"), ("circles", "entangled_circles")],
)
def test_unknown_name_suggests_the_nearest(name, guess):
    with pytest.raises(ValueError, match=f"got '{name}'. Did you mean '{guess}'") as caught:
        integrands.get(name)
    assert "integrands.names() lists them all" in str(caught.value)


def test_unknown_name_with_nothing_near():
    with pytest.raises(ValueError, match=r"got 'qqq'\. integrands\.names\(\) lists them all"):
        integrands.get("qqq")


def test_name_must_be_a_string():
    with pytest.raises(TypeError, match=r"name must be a string.* got 3 of type int"):
        integrands.get(3)


@pytest.mark.parametrize(
    ("name", "dim", "says"),
    [
        ("funnel", 101, "funnel exists for dim = 2 to 100, got dim=101; leave dim out to take 3"),
        ("wheel", 6, "wheel exists for dim = 5 or 7 or 9, got dim=6"),
        ("camel", 0, "camel exists for any dim >= 1, got dim=0; leave dim out to take 4"),
        ("gaussian", np.int64(-2), "gaussian exists for any dim >= 1, got dim=-2"),
        ("polynomial", 0, "polynomial exists for any dim >= 1, got dim=0"),
        ("entangled_circles", 3, "entangled_circles exists for dim = 2, got dim=3"),
        ("triangle", 3, "triangle exists for dim = 2, got dim=3"),
        ("annulus", 3, "annulus exists for dim = 2, got dim=3; leave dim out to take 2"),
        ("box", 4, "box exists for dim = 3, got dim=4; leave dim out to take 3"),
    ],
)
def test_dimension_must_be_allowed(name, dim, says):
    with pytest.raises(ValueError, match=says):
        integrands.get(name, dim)


@pytest.mark.parametrize("dim", [4.0, "4", True])
def test_dimension_must_be_an_integer(dim):
    says = f"camel: dim must be an integer, got {dim!r} of type {type(dim).__name__}"
    with pytest.raises(TypeError, match=says):
        integrands.get("camel", dim)


def test_unknown_parameter_suggests_the_nearest():
    says = r"camel has no parameter 'widht'\. Did you mean 'width'\? Its parameters: width\."
    with pytest.raises(TypeError, match=says):
        integrands.get("camel", widht=0.1)


def test_unknown_parameter_with_nothing_near():
    with pytest.raises(TypeError, match=r"no parameter 'sigma'\. Its parameters: width\."):
        integrands.get("gaussian", sigma=0.1)


def test_parameter_of_a_family_without_any():
    with pytest.raises(TypeError, match=r"box has no parameter 'width'\..* none, so leave it out"):
        integrands.get("box", width=0.1)


@pytest.mark.parametrize("name", ["gaussian", "camel"])
@pytest.mark.parametrize("width", [0, -0.2, float("nan"), float("inf")])
def test_width_must_be_positive(name, width):
    says = f"{name}: width must be finite and greater than 0, got .*; the default is 0.2"
    with pytest.raises(ValueError, match=says):
        integrands.get(name, width=width)


@pytest.mark.parametrize("width", ["0.2", None, True, [0.2], 1j])
def test_width_must_be_a_number(width):
    with pytest.raises(TypeError, match=r"camel: width must be a number, got .*; the default"):
        integrands.get("camel", width=width)


@pytest.mark.parametrize(
    ("name", "parameters", "says"),
    [
        ("peaks", {"count": 2.5}, "peaks: count must be a whole number and at least 1 and at most 1e"),
        ("peaks", {"count": 0}, "peaks: count must be a whole number and at least 1"),
        ("peaks", {"seed": -1}, "peaks: seed must be a whole number and at least 0, got -1"),
        ("top_hat", {"volume": 1.5}, "volume must be finite and greater than 0 and at most 1, got 1.5"),
        ("bhabha", {"cos_max": 1}, "cos_max must be finite and greater than 0 and less than 1, got 1"),
        ("kite", {"power": 0.5}, "power must be finite and at least 1 and at most 16, got 0.5"),
    ],
)
def test_parameters_must_lie_in_their_range(name, parameters, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        integrands.get(name, **parameters)


def test_whole_numbers_may_come_as_floats():
    f = integrands.get("peaks", count=2.0, seed=np.int64(3))
    assert f.parameters == {"count": 2, "width": 0.05, "seed": 3}
    assert f == integrands.get("peaks", count=2, seed=3)


def test_only_what_is_asked_for_is_imported():
    script = "import integrands, sys; integrands.get('camel'); print(*sys.modules)"
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(process.stdout.split())
    assert "integrands.camel" in loaded
    assert "integrands.gluon_scattering" not in loaded


def test_parameter_without_a_limit():
    shift = Parameter(0.0, "anywhere")
    assert shift.checked("shift", -7) == -7.0
    with pytest.raises(ValueError, match="shift must be finite, got inf"):
        shift.checked("shift", float("inf"))


@pytest.mark.parametrize(
    ("x", "remedy"),
    [
        ([0.1, 0.2], r"for a single point pass x\[None, :\]"),
        ([[0.1, 0.2, 0.3]], r"got \[1, 3\]; reshape x to \[n, 2\]"),
    ],
)
def test_wrong_shape_says_how_to_mend_it(x, remedy):
    with pytest.raises(ValueError, match=remedy):
        integrands.get("annulus")(x)


def test_flat_points_in_one_dimension_say_how_to_mend_it():
    with pytest.raises(ValueError, match=r"for n points in one dimension pass x\[:, None\]"):
        integrands.get("gaussian", 1)([0.1, 0.2])


@pytest.mark.parametrize(
    ("dims", "text"),
    [
        (ANY_DIM, "any dim >= 1"),
        (ANY_DIM[2:], "any dim >= 3"),
        (range(2, 31), "dim = 2 to 30"),
        ((2,), "dim = 2"),
        ((2, 4, 8), "dim = 2 or 4 or 8"),
    ],
)
def test_dimensions_in_words(dims, text):
    def nothing(*_):
        return 0.0

    family = Family(
        name="none",
        summary="",
        formula="",
        function=nothing,
        exact=nothing,
        exact_from="",
        source="",
        default_dim=4,
        dims=dims,
    )
    assert family.dims_text == text


def test_suggestion_is_empty_when_nothing_is_near():
    assert did_you_mean("qqq", ["camel"]) == ""
    assert did_you_mean("camle", ["box", "camel"]) == " Did you mean 'camel'?"


def test_suggestions_come_nearest_first():
    assert did_you_mean("camels", ["cameras", "camel"]) == " Did you mean 'camel' or 'cameras'?"


def test_only_what_is_about_as_near_is_suggested():
    known = ["gaussian", "genz_gaussian", "gaussian_shells"]
    assert did_you_mean("gausian", known) == " Did you mean 'gaussian'?"
    assert did_you_mean("pagani", [f"pagani_{k}" for k in range(1, 7)]).count(" or ") == 2
