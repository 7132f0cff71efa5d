"""Pictures that examples write are on their pages; a small gallery, really run."""

import os
import subprocess
import sys

import pytest
from PIL import Image

from tests.docs.conftest import ROOT

CONF = """
import sys
sys.path.insert(0, {extensions!r})
extensions = ["sphinx_gallery.gen_gallery", "written_figures"]
project, html_theme = "small", "basic"
sphinx_gallery_conf = {{
    "examples_dirs": "../examples", "gallery_dirs": "gallery", "filename_pattern": r"\\.py$",
    "image_scrapers": ("written_figures.scrape",), "reset_modules": ("written_figures.start",),
    "reset_modules_order": "both", "within_subsection_order": "FileNameSortKey",
    "write_computation_times": False,
}}
"""
EXAMPLE = '''"""
{title}
=======

Text.
"""

from pathlib import Path

from PIL import Image

figures = Path(__file__).resolve().parents[1] / "figures"
figures.mkdir(exist_ok=True)
if __name__ == "__main__":
    {action}
    print(f"in {{figures}}")
'''
STILL = 'Image.new("RGB", (90, 60), "blue").save(figures / "one.png")'
MOVING = """frames = [Image.new("RGB", (90, 60), shade) for shade in ("red", "blue")]
    frames[0].save(figures / "two.png")
    frames[0].save(figures / "two.gif", save_all=True, append_images=frames[1:], duration=100)"""


@pytest.fixture
def project(tmp_path):
    """Returns a folder with docs/, two examples and a figure from before."""
    for name in ("docs", "examples", "figures"):
        (tmp_path / name).mkdir()
    (tmp_path / "docs" / "conf.py").write_text(CONF.format(extensions=str(ROOT / "docs" / "_ext")))
    (tmp_path / "docs" / "index.rst").write_text("Small\n=====\n\n.. toctree::\n\n   gallery/index\n")
    (tmp_path / "examples" / "GALLERY_HEADER.rst").write_text("Gallery\n=======\n")
    (tmp_path / "examples" / "01_one.py").write_text(EXAMPLE.format(title="One is", action=STILL))
    (tmp_path / "examples" / "02_two.py").write_text(EXAMPLE.format(title="Two are", action=MOVING))
    old = tmp_path / "figures" / "old.png"
    Image.new("RGB", (9, 6)).save(old)
    os.utime(old, (1, 1))
    return tmp_path


def build(project):
    command = [sys.executable, "-m", "sphinx", "-q", "--fail-on-warning", project / "docs", project / "site"]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def test_each_page_has_what_its_example_wrote_and_pictures_move(project):
    done = build(project)
    assert done.returncode == 0, done.stdout + done.stderr
    images = project / "site" / "_images"
    with Image.open(images / "sphx_glr_01_one_001.png") as one:
        assert one.size == (90, 60)
    with Image.open(images / "sphx_glr_02_two_001.gif") as two:
        assert two.n_frames == 2
    assert not list(images.glob("*_002.*"))
    page = (project / "site" / "gallery" / "01_one.html").read_text()
    assert "sphx_glr_01_one_001.png" in page
    assert "in figures\n" in page
    assert str(project) not in page
    index = (project / "site" / "gallery" / "index.html").read_text()
    assert "sphx_glr_01_one_thumb.png" in index
    assert "sphx_glr_02_two_thumb.gif" in index


def test_an_example_that_fails_fails_the_build(project):
    path = project / "examples" / "01_one.py"
    path.write_text(EXAMPLE.format(title="One is", action="raise ValueError('no luck')"))
    done = build(project)
    assert done.returncode != 0
    assert "no luck" in done.stdout + done.stderr
