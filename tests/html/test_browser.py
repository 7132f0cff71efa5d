"""The page as a browser shows it. Skipped where there is none."""

import matplotlib.image
import numpy as np
import pytest

from iflow.html import html_report
from iflow.html.page import POLICY
from tests.browser import browse, needs_browser, told

pytestmark = needs_browser

# The page itself may run nothing; this copy tells what became of its images, and of the window's width.
ASK = """<script>addEventListener("load", () => {
  const images = [...document.images].map(image => image.naturalWidth);
  document.body.dataset.images = images.join(",");
  document.body.dataset.overflow = document.documentElement.scrollWidth - innerWidth;
})</script></body>"""
GOOD, BAD = (0x16, 0x6B, 0x34), (0xB3, 0x26, 0x1E)


def write(folder, page):
    path = folder / "page.html"
    path.write_text(page, encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [1200, 500])
def test_images_are_decoded_texts_are_there_and_nothing_overflows(width, text, tmp_path):
    asking = text.replace(POLICY, f"{POLICY}; script-src 'unsafe-inline'").replace("</body>", ASK)
    dom = browse(write(tmp_path, asking), tmp_path, "--dump-dom", f"--window-size={width},900")
    widths = told(dom, "images").split(",")
    assert len(widths) == 6
    assert all(int(found) > 400 for found in widths)
    assert int(told(dom, "overflow")) <= 0
    for words in (
        "&lt;/script&gt; &amp; 'co'</h1>",
        "1.0000(71)",
        "Reliable, target met",
        "seed=42,",
        "Where the",
    ):
        assert words in dom


def colours(path):
    pixels = (matplotlib.image.imread(path)[..., :3] * 255).round().astype(int) @ [1 << 16, 1 << 8, 1]
    return {(c >> 16, c >> 8 & 255, c & 255) for c in np.unique(pixels).tolist()}


@pytest.mark.parametrize(("reliable", "colour"), [(True, GOOD), (False, BAD)])
def test_the_verdict_is_seen_and_the_browser_has_no_complaints(reliable, colour, text, make_result, tmp_path):
    """The page's policy forbids scripts and all from elsewhere: a breach would be told on the console."""
    picture = tmp_path / "page.png"
    if not reliable:
        text = html_report(make_result(reliable=False, warnings=("why",), history=()))
    path = write(tmp_path, text)
    browse(path, tmp_path, "--window-size=1100,1600", f"--screenshot={picture}")
    found = colours(picture)
    assert colour in found
    assert ({GOOD, BAD} - {colour}).isdisjoint(found)
    if reliable:  # the figures begin within the window
        assert np.ptp(matplotlib.image.imread(picture)[1200:]) > 0.5


def test_notebook_cards_are_readable_on_dark_and_light(make_result, tmp_path):
    card = make_result(reliable=False, warnings=("a heavy tail",))._repr_html_()
    halves = [
        f'<div style="padding:9px;background:{colour}">{card}</div>' for colour in ("#fff", "#111;color:#ddd")
    ]
    page = f'<!DOCTYPE html><meta charset="utf-8"><body>{"".join(halves)}</body>'
    picture = tmp_path / "card.png"
    browse(write(tmp_path, page), tmp_path, "--window-size=800,500", f"--screenshot={picture}")
    assert {BAD, (255, 255, 255), (0x11, 0x11, 0x11), (0xDD, 0xDD, 0xDD)} <= colours(picture)
