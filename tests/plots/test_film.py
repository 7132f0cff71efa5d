"""A film has a frame for each scene, stays small, and rests on the last one."""

import matplotlib
import numpy as np
import pytest
from PIL import Image

from iflow.plots import Scene, Subject, film

MIDDLE = (np.arange(16) + 0.5) / 16
PEAK = np.exp(-40.0 * ((MIDDLE[:, None] - 0.2) ** 2 + (MIDDLE - 0.7) ** 2))
SUBJECT = Subject(PEAK / PEAK.mean(), 0.5)
POINTS = np.random.default_rng(1).random((20, 2))


def scene(share, *, is_measured=False):
    """Returns a density so far on its way to the peak; points go there too, and the error falls."""
    density = 1.0 - share + share * SUBJECT.density
    points = (1.0 - share) * POINTS + share * np.array([0.2, 0.7])
    return Scene(density, points, int(1_000 + 9_000 * share), 0.51, 0.1 * (1.01 - share), is_measured)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("film") / "film.gif"
    film([scene(0.0), scene(0.5), scene(1.0, is_measured=True)], SUBJECT, path, seconds=3.0, poster=True)
    return path


def test_there_is_a_frame_for_each_scene_and_the_last_stays(path):
    with Image.open(path) as picture:
        assert picture.format == "GIF"
        assert picture.n_frames == 3
        assert picture.size[0] == 800
        durations = []
        for number in range(3):
            picture.seek(number)
            durations.append(picture.info["duration"])
    assert durations[0] == durations[1] == 1_000
    assert durations[2] > 2_000
    assert path.stat().st_size < 100_000


def test_paper_is_white_and_the_poster_is_the_last_frame(path):
    with Image.open(path) as picture, Image.open(path.with_suffix(".png")) as poster:
        picture.seek(2)
        last, still = (
            np.array(picture.convert("RGB")).astype(int),
            np.array(poster.convert("RGB")).astype(int),
        )
    assert (last == 255).all(axis=-1).mean() > 0.2
    assert np.abs(last - still).mean() < 3.0  # colours are rounded to those of a GIF


def test_the_peak_is_bright_where_it_is(path):
    """In the first panel: coordinates go to the right and up, not down."""
    with Image.open(path.with_suffix(".png")) as poster:
        image = np.array(poster.convert("RGB")).astype(float).sum(axis=-1)[:, : poster.width // 4]
    dark = image < 300
    columns = np.flatnonzero(dark.mean(axis=0) > 0.3)
    rows = np.flatnonzero(dark[:, columns[-1]])  # all of them, and the title does not reach so far
    panel = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    row, column = np.unravel_index(panel.argmax(), panel.shape)
    assert column / len(panel) == pytest.approx(0.2, abs=0.06)
    assert 1.0 - row / len(panel) == pytest.approx(0.7, abs=0.06)


def test_nothing_global_is_touched(tmp_path):
    before = matplotlib.rcParams["font.size"]
    film([scene(0.0), scene(1.0)], SUBJECT, tmp_path / "two.gif")
    assert matplotlib.rcParams["font.size"] == before
    assert not (tmp_path / "two.png").exists()


def test_what_makes_no_film_is_refused(tmp_path):
    with pytest.raises(ValueError, match="takes at least 2 scenes, got 1"):
        film([scene(0.0)], SUBJECT, tmp_path / "film.gif")
    with pytest.raises(ValueError, match=r"let the path end in \.gif"):
        film([scene(0.0), scene(1.0)], SUBJECT, tmp_path / "film.mp4")
