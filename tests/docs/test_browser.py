"""The pages as a browser shows them, as wide as a desktop and as narrow as a phone."""

import html
import json
import shutil

import matplotlib.image
import numpy as np
import pytest

from tests.browser import browse, needs_browser, told
from tests.docs.conftest import ROOT

pytestmark = needs_browser

PAGES = (
    *("index", "start", "how_it_works", "errors", "integrands", "reference/integrate", "reference/commands"),
    *("coming_from/vegas", "gallery/index", "gallery/13_compare"),
)
# A window has a least width, a frame has none: pages are shown in frames, and asked when they are complete.
FRAMES = """<!DOCTYPE html><html><body style="margin:0"><script>
const asked = async (address) => {
  const frame = document.createElement("iframe");
  frame.style = "width:WIDTHpx;height:900px;border:0";
  const loaded = new Promise(resolve => frame.onload = resolve);
  frame.src = address;
  document.body.append(frame);
  await loaded;
  const page = frame.contentDocument, width = page.defaultView.innerWidth, images = [...page.images];
  images.forEach(image => image.loading = "eager");
  await Promise.all(images.map(image => image.complete || new Promise(then => {
    image.onload = image.onerror = then;
  })));
  const outside = [...page.querySelectorAll("article *")].filter(element => {
    if (element.getBoundingClientRect().right <= width + 1) return false;
    for (let around = element; around !== page.body; around = around.parentElement)
      if (getComputedStyle(around).overflowX !== "visible") return false;
    return true;
  });
  const answer = {
    overflow: page.documentElement.scrollWidth - width,
    outside: outside.map(element => `${element.tagName} ${element.className} ${element.textContent}`),
    undecoded: images.filter(image => !image.naturalWidth).map(image => image.src),
    formulas: [...page.querySelectorAll("math")].map(formula => formula.getBoundingClientRect().height),
  };
  frame.remove();
  return answer;
};
(async () => {
  const answers = {};
  for (const [name, address] of Object.entries(PAGES)) answers[name] = await asked(address);
  document.body.dataset.answers = JSON.stringify(answers);
})();
</script></body></html>"""
FROM_FILES = "--allow-file-access-from-files"  # or a frame may not be asked


def ask(folder, addresses, width):
    """Returns what the browser says of each page, by name."""
    page = folder / "frames.html"
    text = FRAMES.replace("WIDTH", str(width)).replace("PAGES", json.dumps(addresses))
    page.write_text(text, encoding="utf-8")
    dom = browse(
        page, folder, FROM_FILES, "--dump-dom", "--window-size=1300,950", "--virtual-time-budget=90000"
    )
    return json.loads(html.unescape(told(dom, "answers")))


@pytest.fixture(scope="module", params=[1280, 390], ids=["desktop", "phone"])
def answers(request, site, tmp_path_factory):
    addresses = {name: (site / f"{name}.html").as_uri() for name in PAGES}
    return ask(tmp_path_factory.mktemp("browser"), addresses, request.param)


@pytest.mark.parametrize("name", PAGES)
def test_nothing_overflows_and_every_picture_is_decoded(name, answers):
    answer = answers[name]
    assert answer["overflow"] <= 0
    assert answer["outside"] == []
    assert answer["undecoded"] == []


def test_formulas_are_drawn(answers):
    heights = answers["how_it_works"]["formulas"]
    assert heights
    assert min(heights) > 5
    assert max(heights) > 30  # a fraction or a sum is higher than a line


PAGE = """<!DOCTYPE html><html><body><article><img src="{image}"><p style="width:{width}px">text</p>
<div style="overflow-x:auto"><p style="width:3000px">scrolls</p></div></article></body></html>"""
WRONG = {
    "nothing": ("mark.svg", 100, set()),
    "a line too long": ("mark.svg", 500, {"overflow", "outside"}),
    "no picture": ("rubbish.png", 100, {"undecoded"}),
}


def test_what_is_wrong_with_a_page_is_seen(tmp_path):
    shutil.copy(ROOT / "docs" / "_static" / "logo.svg", tmp_path / "mark.svg")
    (tmp_path / "rubbish.png").write_bytes(b"rubbish")
    addresses = {}
    for name, (image, width, _) in WRONG.items():
        path = tmp_path / f"{name}.html"
        path.write_text(PAGE.format(image=image, width=width), encoding="utf-8")
        addresses[name] = path.as_uri()
    answers = ask(tmp_path, addresses, 390)
    found = {name: {key for key, value in answer.items() if value} for name, answer in answers.items()}
    assert found == {name: wrong for name, (_, _, wrong) in WRONG.items()}


@pytest.mark.parametrize(("theme", "is_dark"), [("light", False), ("dark", True)])
def test_both_themes_have_paper_of_their_own(theme, is_dark, site, tmp_path):
    """The page looks up in the browser's storage which one is wanted; here it is told."""
    wanted = 'document.body.dataset.theme = localStorage.getItem("theme") || "auto";'
    copy = site / f"{theme}.html"
    text = (site / "flow.html").read_text(encoding="utf-8")
    assert wanted in text
    copy.write_text(text.replace(wanted, f'document.body.dataset.theme = "{theme}";'), encoding="utf-8")
    picture = tmp_path / "page.png"
    try:
        browse(copy, tmp_path, "--window-size=1280,2400", f"--screenshot={picture}")
    finally:
        copy.unlink()
    pixels = matplotlib.image.imread(picture)[..., :3]
    assert bool(np.median(pixels) < 0.2) is is_dark
