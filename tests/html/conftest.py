"""A page with everything, made once: its figures take most of the time."""

import pytest

from iflow.html import html_report

NASTY = "<script>alert(\"x\")</script> & 'co'"


@pytest.fixture(scope="session")
def text(make_result, make_cloud):
    """The page, of which every word that a user can give is nasty."""
    cloud = make_cloud(lambda x: x[:, 0], 2, 1_000, names=("$x$ <b>", NASTY))
    result = make_result(warnings=(NASTY,))
    options = {"rtol": 1e-2, "flow": True, "progress": True, "divergence": NASTY}
    return html_report(result, points=cloud, options=options, title=f"my run {NASTY}")
