"""What the examples say of themselves is true, and the gallery can show all of them."""

import ast
import importlib.util
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("[0-9]*.py"))


def loaded(name):
    (path,) = (ROOT / "examples").glob(f"{name}*.py")
    spec = importlib.util.spec_from_file_location(f"claims_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_it_begins_with_a_title_and_its_command(path):
    docstring = ast.get_docstring(ast.parse(path.read_text()))
    title, underline, blank, *_ = docstring.splitlines()
    assert underline == "=" * len(title)
    assert not blank
    assert f"python examples/{path.name}" in docstring


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_it_draws_with_the_one_style_into_the_checkout(path):
    source = path.read_text()
    assert "\ndef main(quick: bool = False, figure: Path = FIGURE) -> None:" in source
    assert "@styled\ndef main" in source or "from iflow.plots import Scene" in source  # films have it already
    assert 'FIGURE = Path(__file__).resolve().parents[1] / "figures" / ' in source


def test_a_killed_run_ends_as_if_nobody_had_disturbed_it(tmp_path, capsys):
    loaded("09").main(quick=True, figure=tmp_path / "figure.png")
    first, second, same = re.search(
        r"undisturbed (\S+), resumed (\S+), all the same: (\w+)", capsys.readouterr().out
    ).groups()
    assert first == second
    assert same == "True"


def test_numbers_do_not_depend_on_the_workers(tmp_path, capsys):
    loaded("17").main(quick=True, figure=tmp_path / "figure.png")
    assert "the same result, whoever computed: True" in capsys.readouterr().out


def test_numbers_do_not_depend_on_the_cluster(tmp_path, capsys):
    loaded("10").main(quick=True, figure=tmp_path / "figure.png")
    one, two = re.findall(r"calls per second, (.*)", capsys.readouterr().out)
    assert one == two


def test_without_dask_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SystemExit, match=r"pip install 'iflow\[dask\]'"):
        loaded("10").main(quick=True, figure=tmp_path / "figure.png")
    assert not [*tmp_path.iterdir()]
