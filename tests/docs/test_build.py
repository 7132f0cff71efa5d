"""The pages are built without a warning, and have everything that is public."""

import dataclasses
import inspect
import re

import iflow
from iflow.cli.commands import COMMANDS
from tests.docs.conftest import ROOT

# Every kind of page that a reader looks for.
PAGES = (
    *("index", "start", "coming_from/index", "options", "expensive", "events", "when_not"),
    *("how_it_works", "error_bar", "integrands", "benchmarks", "contributing", "packaging"),
    *("gallery/index", "reference/index"),
)


def test_there_is_no_warning(built):
    log = (built / "log.txt").read_text(encoding="utf-8")
    assert (built / "status.txt").read_text(encoding="utf-8") == "0", log


def test_every_kind_of_page_is_there_and_in_the_sidebar(site):
    index = (site / "index.html").read_text(encoding="utf-8")
    missing = [name for name in PAGES if not (site / f"{name}.html").exists()]
    assert missing == []
    assert [name for name in PAGES[1:] if f'href="{name}.html"' not in index] == []


def described(site):
    """Returns the full names of all that the reference describes."""
    text = "".join(path.read_text(encoding="utf-8") for path in (site / "reference").glob("*.html"))
    return set(re.findall(r'<dt class="sig[^>]* id="([\w.]+)"', text))


def test_every_public_name_is_described(site):
    names = {f"iflow.{name}" for name in iflow.__all__ if name != "__version__"}
    assert sorted(names - described(site)) == []


def test_every_option_of_integrate_is_described(site):
    parameters = inspect.signature(iflow.integrate).parameters.values()
    options = {f"iflow.integrate.{p.name}" for p in parameters if p.kind is p.KEYWORD_ONLY}
    assert sorted(options - described(site)) == []


def test_every_attribute_of_a_result_is_described(site):
    attributes = {f"iflow.Result.{field.name}" for field in dataclasses.fields(iflow.Result)}
    assert sorted(attributes - described(site)) == []


def test_every_command_is_described(site):
    page = (site / "reference" / "commands.html").read_text(encoding="utf-8")
    assert [each.name for each in COMMANDS if f'id="iflow-{each.name}"' not in page] == []


def test_every_example_is_in_the_gallery(site):
    examples = [path.stem for path in sorted((ROOT / "examples").glob("[0-9]*.py"))]
    assert examples
    assert [name for name in examples if not (site / "gallery" / f"{name}.html").exists()] == []
    index = (site / "gallery" / "index.html").read_text(encoding="utf-8")
    places = [index.index(f'href="{name}.html"') for name in examples]
    assert places == sorted(places)
