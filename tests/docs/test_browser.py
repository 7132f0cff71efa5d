"""The pages as a browser shows them, as wide as a desktop and as narrow as a phone."""

import shutil
import subprocess

import matplotlib.image
import numpy as np
import pytest

from tests.browser import BROWSER, browse, needs_browser, told
from tests.docs.conftest import ROOT

pytestmark = needs_browser

PAGES = (
    *("index", "start", "how_it_works", "errors", "integrands", "reference/integrate", "reference/commands"),
    *("gallery/index", "gallery/13_compare"),
)
# A window has a least width, a frame has not: the page is shown in one, and asked when it is complete.
FRAME = """<!DOCTYPE html><html><body style="margin:0">
<iframe src="{page}" style="width:{width}px;height:900px;border:0"></iframe>
<script>addEventListener("load", async () => {{
  const page = document.querySelector("iframe").contentDocument, inner = page.defaultView.innerWidth;
  const images = [...page.images];
  images.forEach(image => image.loading = "eager");
  await Promise.allSettled(images.map(image => image.decode()));
  const outside = [...page.querySelectorAll("article *")].filter(element => {{
    if (element.getBoundingClientRect().right <= inner + 1) return false;
    for (let around = element; around !== page.body; around = around.parentElement)
      if (getComputedStyle(around).overflowX !== "visible") return false;
    return true;
  }});
  document.body.dataset.overflow = page.documentElement.scrollWidth - inner;
  document.body.dataset.outside = outside.map(element => element.tagName + element.className).join(" ");
  document.body.dataset.undecoded = images.filter(image => !image.naturalWidth).map(i => i.src).join(" ");
  document.body.dataset.images = images.length;
  document.body.dataset.formulas = [...page.querySelectorAll("math")]
    .map(formula => Math.round(formula.getBoundingClientRect().height)).join(" ");
}})</script></body></html>"""
FROM_FILES = "--allow-file-access-from-files"  # or a frame may not be asked


def ask(site, name, width, folder):
    """Returns what the browser says of a page of the site."""
    frame = folder / "frame.html"
    frame.write_text(FRAME.format(page=(site / f"{name}.html").as_uri(), width=width), encoding="utf-8")
    return browse(
        frame, folder, FROM_FILES, "--dump-dom", "--window-size=1300,950", "--virtual-time-budget=20000"
    )


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_overflows_and_every_picture_is_decoded(name, width, site, tmp_path):
    dom = ask(site, name, width, tmp_path)
    assert int(told(dom, "overflow")) <= 0
    assert told(dom, "outside") == ""
    assert told(dom, "undecoded") == ""
    assert int(told(dom, "images")) > 0  # the mark of the site at least


PAGE = """<!DOCTYPE html><html><body><article><img src="{image}"><p style="width:{width}px">text</p>
<div style="overflow-x:auto"><p style="width:3000px">scrolls</p></div></article></body></html>"""


@pytest.mark.parametrize(
    ("image", "width", "wrong"),
    [("mark.svg", 100, set()), ("mark.svg", 500, {"overflow", "outside"}), ("no.png", 100, {"undecoded"})],
)
def test_what_is_wrong_with_a_page_is_seen(image, width, wrong, tmp_path):
    shutil.copy(ROOT / "docs" / "_static" / "logo.svg", tmp_path / "mark.svg")
    (tmp_path / "a.html").write_text(PAGE.format(image=image, width=width), encoding="utf-8")
    frame = FRAME.format(page="a.html", width=390)
    (tmp_path / "frame.html").write_text(frame, encoding="utf-8")
    command = [BROWSER, "--headless", "--no-sandbox", f"--user-data-dir={tmp_path / 'p'}", FROM_FILES]
    command += ["--dump-dom", "--virtual-time-budget=9000", (tmp_path / "frame.html").as_uri()]
    dom = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    found = {name for name in ("overflow", "outside", "undecoded") if told(dom, name) not in ("", "0")}
    assert found == wrong


def test_formulas_are_drawn(site, tmp_path):
    heights = [int(height) for height in told(ask(site, "how_it_works", 1280, tmp_path), "formulas").split()]
    assert heights
    assert all(height > 8 for height in heights)
    assert max(heights) > 30  # a fraction or a sum is higher than a line


@pytest.mark.parametrize(("theme", "is_dark"), [("light", False), ("dark", True)])
def test_both_themes_have_paper_of_their_own(theme, is_dark, site, tmp_path):
    """The page looks up in the browser's storage which one is wanted; here it is told."""
    wanted = 'document.body.dataset.theme = localStorage.getItem("theme") || "auto";'
    copy = site / "copy.html"
    text = (site / "flow.html").read_text(encoding="utf-8")
    assert wanted in text
    copy.write_text(text.replace(wanted, f'document.body.dataset.theme = "{theme}";'), encoding="utf-8")
    picture = tmp_path / "page.png"
    try:
        browse(copy, tmp_path, "--window-size=1280,2400", f"--screenshot={picture}")
    finally:
        copy.unlink()
    pixels = matplotlib.image.imread(picture)[..., :3]
    assert (np.median(pixels) < 0.2) is np.bool_(is_dark)
