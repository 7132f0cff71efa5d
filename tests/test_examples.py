"""Every example runs quickly and leaves a picture, or a film."""

import importlib.util
import inspect
from pathlib import Path

import pytest
from PIL import Image

EXAMPLES = sorted((Path(__file__).resolve().parents[1] / "examples").glob("[0-9]*.py"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_runs_and_leaves_a_picture(path, tmp_path, capsys):
    spec = importlib.util.spec_from_file_location(f"example_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    figure = tmp_path / f"figure{Path(inspect.signature(module.main).parameters['figure'].default).suffix}"
    module.main(quick=True, figure=figure)
    with Image.open(figure) as picture:
        assert picture.format == figure.suffix[1:].upper()
        is_film = picture.format == "GIF"
        assert getattr(picture, "n_frames", 1) > 1 or not is_film
    if is_film:
        assert figure.stat().st_size < 2e6
        assert figure.with_suffix(".png").read_bytes().startswith(b"\x89PNG")  # for those who cannot play it
    assert str(figure) in capsys.readouterr().out
    assert len(path.read_text().splitlines()) <= 60


def test_there_are_examples():
    assert EXAMPLES
