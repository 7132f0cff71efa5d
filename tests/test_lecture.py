"""The lessons run quickly, leave pictures, and their formulas are right."""

import importlib
import math
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).resolve().parents[1] / "examples" / "lecture"
LESSONS = sorted(path.stem for path in FOLDER.glob("lesson*.py"))


@pytest.fixture(scope="module")
def lesson():
    """Imports a module of the lessons by name, as they import each other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        yield importlib.import_module


def test_there_are_five_lessons_and_a_header():
    assert len(LESSONS) == 5
    title, underline, *_ = (FOLDER / "GALLERY_HEADER.rst").read_text().splitlines()
    assert set(underline) == {"-"}  # with "=" it would be a gallery of its own
    assert len(underline) >= len(title)


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_runs_from_any_folder_and_leaves_a_picture(name, lesson, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    module = lesson(name)
    figure = tmp_path / "figure.png"
    module.main(quick=True, figure=figure)
    assert figure.read_bytes().startswith(b"\x89PNG")
    assert f"figure: {figure}" in capsys.readouterr().out
    title, underline, *_ = module.__doc__.splitlines()
    assert set(underline) == {"="}
    assert len(underline) >= len(title)


def test_the_camel_has_its_integral_and_its_samples_are_distributed_like_it(lesson):
    camel = lesson("lecture_data.camel")
    axis = (np.arange(400) + 0.5) / 400
    x = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    assert camel.f(x).mean() == pytest.approx(camel.EXACT, rel=1e-6)
    between = np.abs(x.sum(axis=1) - 1.0) < camel.BETWEEN
    assert (camel.f(x) * between).mean() / camel.EXACT == pytest.approx(camel.EXACT_BETWEEN, rel=0.05)
    drawn = camel.sample(100_000, seed=1)
    # 4.5 standard errors at a fixed seed: false alarm 7e-6 each.
    assert drawn.shape == (100_000, 2)
    assert abs(camel.share_of_upper(drawn) - 0.5) < 4.5 * 0.5 / math.sqrt(100_000)
    sdev = math.sqrt(camel.EXACT_BETWEEN / 100_000)
    assert abs(camel.share_between(drawn) - camel.EXACT_BETWEEN) < 4.5 * sdev
    assert drawn[:, 0].var() == pytest.approx(1.0 / 36.0 + camel.WIDTH**2 / 2.0, rel=0.03)


def test_pictures_are_grey_repeat_and_are_recognised(lesson):
    pictures = lesson("lecture_data.pictures")
    images, kinds = pictures.sample(300, seed=1)
    assert images.shape == (300, pictures.SIDE, pictures.SIDE)
    assert images.min() >= 0.0
    assert images.max() <= 1.0
    assert set(kinds) == {0, 1, 2}
    np.testing.assert_array_equal(images, pictures.sample(300, seed=1)[0])
    known, of_known = pictures.sample(1_000, seed=2)
    # Not all: a short bar may look like a blob. At this seed one or two in a hundred are mistaken.
    assert np.mean(pictures.recognise(images, known, of_known) == kinds) > 0.95


@pytest.mark.parametrize("h", [1, 3, 5, 7])
def test_padding_of_half_a_kernel_keeps_the_size(lesson, h):
    convolution = lesson("lesson1_convolution")
    assert convolution.size_after(10, h, (h - 1) // 2, 1) == 10
    assert convolution.size_after(10, h, 0, 1) == 10 - (h - 1)


@pytest.mark.parametrize(("padding", "stride"), [(0, 1), (1, 1), (1, 2), (2, 3)])
def test_a_convolution_by_hand_is_that_of_tensorflow(lesson, padding, stride):
    convolution = lesson("lesson1_convolution")
    rng = np.random.default_rng(1)
    images, kernel, bias = rng.normal(size=(2, 9, 9, 3)), rng.normal(size=(5, 5, 3, 2)), rng.normal(size=2)
    options = {"padding": padding, "stride": stride}
    ours = convolution.convolve(images, kernel, bias, **options)
    assert ours.shape[1] == math.floor((9 + 2 * padding - 5) / stride + 1)
    theirs = convolution.by_tensorflow(images, kernel, bias, **options)
    np.testing.assert_allclose(ours, theirs, atol=1e-12)


def test_losses_of_the_contest_are_those_of_the_formula(lesson):
    gan = lesson("lesson2_gan")
    rng = np.random.default_rng(1)
    genuine, forged = rng.normal(size=(2, 50, 1))

    def sigmoid(a):
        return 1.0 / (1.0 + np.exp(-a))

    both = np.log(sigmoid(genuine)).mean() + np.log(1.0 - sigmoid(forged)).mean()
    of_detective, of_forger = gan.LOSSES["lecture"]
    assert float(of_detective(genuine, forged)) == pytest.approx(-both)
    assert float(of_forger(forged)) == pytest.approx(np.log(1.0 - sigmoid(forged)).mean())
    assert float(gan.LOSSES["log D"][1](forged)) == pytest.approx(-np.log(sigmoid(forged)).mean())


def test_a_critic_of_slope_one_pays_nothing(lesson):
    gan = lesson("lesson2_gan")
    genuine, forged = np.random.default_rng(1).normal(size=(2, 20, 2))
    part = np.full((20, 1), 0.3)
    for slope, cost in ((1.0, 0.0), (3.0, 4.0)):
        weights = slope * np.array([[0.6], [0.8]])
        found = gan.steepness(lambda x, weights=weights: x @ weights, *map(_tensor, (genuine, forged, part)))
        assert float(found) == pytest.approx(cost, abs=1e-6)


def test_the_divergence_of_latents_is_the_integral(lesson):
    vae = lesson("lesson3_vae")
    mean, sigma = np.array([0.7, -0.2]), np.array([0.5, 1.3])
    z = np.linspace(-12.0, 12.0, 20_001)[:, np.newaxis]
    log_p = -0.5 * ((z - mean) / sigma) ** 2 - np.log(sigma)
    log_ratio = log_p + 0.5 * z**2
    density = np.exp(log_p) / math.sqrt(2.0 * math.pi)
    expected = (density * log_ratio).sum() * (z[1, 0] - z[0, 0])
    found = vae.kl_from_standard(_tensor(mean[np.newaxis]), _tensor(np.log(sigma)[np.newaxis]))
    assert float(found[0]) == pytest.approx(expected, rel=1e-6)


def test_the_histogram_by_hand_has_its_inverse_and_its_slope(lesson):
    flow = lesson("lesson4_flow")
    q = np.array([0.1, 0.5, 0.15, 0.25])
    t = np.linspace(0.0, 1.0, 401)
    c, density = flow.cdf(t, q)
    assert c[0] == 0.0
    assert c[-1] == pytest.approx(1.0)
    np.testing.assert_allclose(flow.quantile(c, q), t, atol=1e-12)
    middle = 0.5 * (t[1:] + t[:-1])
    np.testing.assert_allclose(flow.cdf(middle, q)[1], np.diff(c) / np.diff(t), rtol=1e-9)
    assert density[1] == pytest.approx(0.4)


def _tensor(values):
    import tensorflow as tf

    return tf.constant(values)
