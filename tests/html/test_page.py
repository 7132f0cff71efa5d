"""The page holds everything, escapes everything, and loads nothing."""

import math
from html.parser import HTMLParser

import numpy as np
import pytest

from iflow.html import html_report
from iflow.html.markup import Table, tag
from iflow.statistics.weight_histogram import WeightHistogram

VOID = {"meta", "link", "img", "br"}
NASTY = "<script>alert(\"x\")</script> & 'co'"


class Reader(HTMLParser):
    """Collects elements and text; every element that is opened must be closed in its turn."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.text, self.open = [], "", []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, name, attributes):
        self.elements.append((name, dict(attributes)))
        if name not in VOID:
            self.open.append(name)

    def handle_endtag(self, name):
        assert self.open.pop() == name

    def handle_data(self, data):
        if not {"style", "title"} & set(self.open):
            self.text += data

    def all(self, name):
        return [attributes for found, attributes in self.elements if found == name]


def read(result, **more):
    return Reader(html_report(result, **more))


@pytest.fixture
def without_figures(monkeypatch):
    """They take most of the time."""
    monkeypatch.setattr("iflow.html.page.pictures", lambda result, points: tag("p", "figures"))


def test_page_tells_the_result_and_how_to_repeat_it(text):
    page = Reader(text)
    for words in (
        "my run",
        "1.0000(71)",
        "Reliable, target met",
        "24,522 integrand calls",
        "20,000 of them, drawn from the normalizing flow",
        "probe, points for pictures",
        "12,345 of 20,000",
        "0.02 / 1, Q = 0.89",
        "rtol=0.01,",
        "flow=True,",
        "seed=42,",
        "iflow 0",
        "tensorflow",
    ):
        assert words in page.text, words
    assert "progress" not in page.text


def test_page_has_every_figure_with_words_and_every_table_with_headers(text):
    page = Reader(text)
    images = page.all("img")
    assert len(images) == 6
    assert all(
        image["src"].startswith("data:image/png;base64,") and len(image["alt"]) > 40 for image in images
    )
    assert len(page.all("table")) == len(page.all("caption")) == 3
    assert all(header["scope"] in ("col", "row") for header in page.all("th"))
    assert page.all("html") == [{"lang": "en"}]


def test_page_loads_nothing(text):
    assert len(text) < 2_000_000
    page = Reader(text)
    for _, attributes in page.elements:
        for key in ("src", "href", "srcset", "action"):
            assert attributes.get(key, "data:").startswith("data:")
    assert not {"script", "iframe", "object"} & {name for name, _ in page.elements}
    assert not any(words in text for words in ("http://", "https://", "@import", "url("))


def test_what_the_user_gives_is_escaped(text):
    assert not Reader(text).all("script")
    # Title, warning and option.
    assert Reader(text).text.count('<script>alert("x")</script>') >= 3


NOTHING = {
    "mean": 0.0,
    "sdev": math.inf,
    "neval_measured": 0,
    "reliable": False,
    "converged": False,
    "stop_reason": "not finished",
    "warnings": ("nothing was measured",),
    "weight_histogram": WeightHistogram(np.empty(0), np.empty(0, dtype=np.int64), 0),
}
STATES = {
    "unreliable": (
        {"reliable": False, "warnings": ("a heavy tail",)},
        ["Not reliable", "Do not quote this error", "Why, and what else was found", "a heavy tail"],
    ),
    "imprecise": (
        {"converged": False, "sdev": 0.02, "stop_reason": "max_neval"},
        ["Reliable, target not met", "2 times the error asked for", "budget of integrand calls was used up"],
    ),
    "interrupted": (
        {"converged": False, "stop_reason": "interrupted"},
        ["This run has not come to its end", "it was interrupted"],
    ),
    "nothing measured": (NOTHING, ["Nothing measured yet", "This run has not come to its end"]),
    "nothing at all": (
        NOTHING | {"history": (), "neval": 0},
        ["Nothing measured yet", "0 integrand calls"],
    ),
}


@pytest.mark.parametrize(("changes", "texts"), STATES.values(), ids=STATES)
@pytest.mark.usefixtures("without_figures")
def test_page_says_what_the_result_is_worth(changes, texts, make_result):
    page = read(make_result(**changes))
    assert all(text in page.text for text in texts)


@pytest.mark.usefixtures("without_figures")
def test_a_result_that_is_not_there_is_not_shown_as_zero(make_result):
    page = read(make_result(**NOTHING))
    assert "value" not in [attributes.get("class") for attributes in page.all("p")]


def test_without_rows_there_is_nothing_to_draw(make_result):
    page = read(make_result(**NOTHING, history=()))
    assert "There is nothing to draw yet." in page.text
    assert not page.all("img")


@pytest.mark.usefixtures("without_figures")
def test_page_is_written_in_utf_8(make_result, tmp_path):
    path = tmp_path / "page.html"
    text = html_report(make_result(), title="Bhabha, 91 GeV µ", path=path)
    assert path.read_bytes() == text.encode("utf-8")


def test_markup_is_escaped_but_once():
    inner = tag("b", "<&>", title='"')
    assert inner.text == '<b title="&quot;">&lt;&amp;&gt;</b>'
    assert tag("p", inner, " <").text == '<p><b title="&quot;">&lt;&amp;&gt;</b> &lt;</p>'


def test_the_first_cell_heads_its_row():
    table = Table("what", ("name", "n"), [("<a>", 1)], numbers=frozenset({1})).markup().text
    assert '<th scope="row">&lt;a&gt;</th><td class="number">1</td>' in table
