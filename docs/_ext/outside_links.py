"""Links that leave docs/: GitHub shows the file, the site shows the page that there is of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

# By their path in the repository.
PAGES = {"README.md": "index", "examples": "gallery/index", "examples/lecture": "gallery/lecture/index"}


def page_of(path: str) -> str | None:
    """Returns the page that shows a file or folder of the repository, None where there is none."""
    if path in PAGES:
        return PAGES[path]
    example = Path(path)
    if example.parts[:1] == ("examples",) and example.suffix == ".py":
        return str(Path("gallery", *example.parts[1:]).with_suffix(""))
    return None


class OutsideLinks(SphinxTransform):
    """Points links to files outside of docs/ to their pages; those without one stay downloads."""

    default_priority = 200

    def apply(self, **kwargs: Any) -> None:
        """Rewrites the links of one page."""
        for kind in (addnodes.download_reference, addnodes.pending_xref):
            for link in list(self.document.findall(kind)):
                if link.get("reftype") == "myst":
                    self._rewrite(link)

    def _rewrite(self, link: nodes.Element) -> None:
        root = Path(self.env.srcdir).parent
        path = self._outside(link, root)
        if path is None:
            return
        page = page_of(path)
        if page is not None:
            new = addnodes.pending_xref(
                "", *link.children, refdomain="std", reftype="doc", refexplicit=True, reftarget="/" + page
            )
            new["refdoc"], new["refwarn"] = self.env.docname, True
            link.replace_self(new)
        elif not (root / path).is_file():  # nothing to download
            link.replace_self(nodes.literal("", link.astext()))

    def _outside(self, link: nodes.Element, root: Path) -> str | None:
        """Returns the path in the repository that a link leads to, None if that is in docs/."""
        target = link["reftarget"].split("#")[0]
        if link.get("refdomain") == "doc":  # taken for a page; the name has lost its ending
            target += ".md"
        folder = Path(self.env.doc2path(self.env.docname)).parent
        path = os.path.relpath(os.path.normpath(folder / target), root)
        is_inside = path.startswith((Path(self.env.srcdir).name + os.sep, ".."))
        return None if is_inside or not (root / path).exists() else path


def setup(app: Sphinx) -> dict[str, bool]:
    """Adds the transform."""
    app.add_transform(OutsideLinks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
