"""How Sphinx builds the pages of this folder; `make docs` runs it."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent)]

from iflow.version import __version__  # noqa: E402

project = "iflow"
author = "The iflow developers"
copyright = "The iflow developers, GPL-3.0-or-later"
version = release = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinx_click",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
    "docstrings",
    "mathml",
    "option_groups",
    "outside_links",
    "written_figures",
]
exclude_patterns = ["_build", "_ext", "gallery/**/*.ipynb"]
default_role = "py:obj"
smartquotes = False  # in a docstring "x" is code
# Pages of the gallery are made of scripts that are in the checkout anyway.
html_copy_source = False
html_show_sourcelink = False

# Pages in Markdown, as GitHub shows them too.
myst_enable_extensions = ["amsmath", "attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
myst_update_mathjax = False

# Docstrings.
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
python_maximum_signature_line_length = 88
python_use_unqualified_type_names = True
viewcode_line_numbers = True

# The examples, run one after another; one that fails ends the build.
sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "gallery",
    "filename_pattern": r"\.py$",
    "ignore_pattern": r"__init__\.py$",
    "within_subsection_order": "FileNameSortKey",
    "image_scrapers": ("written_figures.scrape",),
    "reset_modules": ("written_figures.start",),
    "reset_modules_order": "both",
    "backreferences_dir": None,
    "download_all_examples": False,
    "notebook_extensions": set(),
    "remove_config_comments": True,
    "show_memory": False,
    "show_signature": False,
    "write_computation_times": False,
    "min_reported_time": 1,
    "thumbnail_size": (400, 280),
    "capture_repr": (),
}

# The look.
html_theme = "furo"
html_title = f"iflow {release}"
html_logo = "_static/logo.svg"
html_favicon = "_static/logo.svg"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_math_renderer = "mathml"
pygments_style = "friendly"
pygments_dark_style = "github-dark"
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#005a8f", "color-brand-content": "#005a8f"},
    "dark_css_variables": {"color-brand-primary": "#56b4e9", "color-brand-content": "#56b4e9"},
}
copybutton_exclude = ".linenos, .gp, .go"
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
