"""Where something is to be written is looked at first."""

import re
from pathlib import Path

import pytest

from iflow.destination import FIGURES, require_figure, require_file, require_page, require_path


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    (tmp_path / "there").mkdir()
    (tmp_path / "file").touch()
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("path", ["a", Path("a"), "there/a", "file"])
def test_takes_text_and_paths(path):
    assert require_path("path must be a file", path) == Path(path)
    assert require_file(path) == Path(path)


class Bytes:
    def __fspath__(self):
        return b"a"


@pytest.mark.parametrize(
    ("path", "error", "says"),
    [
        (3, TypeError, "path must be a file to write, as text or path, got 3"),
        (b"a", TypeError, "as text or path, got b'a'"),
        (Bytes(), TypeError, "as text or path, got "),
        ("", ValueError, "path must be a file to write, got '': give it a name"),
        ("a\0b", ValueError, "no file has a null in its name"),
        ("there", IsADirectoryError, "got the folder 'there': add a name"),
        (".", IsADirectoryError, "got the folder '.'"),
        ("nowhere/a", FileNotFoundError, "there is no folder 'nowhere' to write 'a' in: make it first"),
        ("file/a", FileNotFoundError, "there is no folder 'file' to write 'a' in"),
    ],
)
def test_refuses_what_cannot_be_written(path, error, says):
    for require in (require_file, require_figure, lambda path: require_page(path, "title")):
        with pytest.raises(error, match=re.escape(says)):
            require(path)


@pytest.mark.parametrize("path", [None, "a.png", "A.PNG", Path("there/a.pdf")])
def test_figures_have_an_ending(path):
    require_figure(path)


@pytest.mark.parametrize(("path", "says"), [("a.xyz", "got 'a.xyz'"), ("a", "did you mean 'a.png'?")])
def test_refuses_other_endings(path, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        require_figure(path)


def test_endings_are_those_of_matplotlib():
    from matplotlib.backend_bases import FigureCanvasBase

    assert set(FIGURES) <= {f".{kind}" for kind in FigureCanvasBase.get_supported_filetypes()}


def test_titles_are_text():
    with pytest.raises(TypeError, match="title must be text, got 3"):
        require_page("a.html", 3)
