"""Every link of every page leads somewhere."""

import pytest

from tests.docs.addresses import wrong_links


def test_no_link_of_the_site_is_broken(site):
    assert wrong_links(site) == []


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ('<a href="b.html#there">', ""),
        ('<a href="#here">', ""),
        ('<a href="https://arxiv.org/abs/2001.05486">', ""),
        ('<img src="c%20d.png">', ""),
        ('<a href="b.html#elsewhere">', "no such place on the page"),
        ('<a href="#elsewhere">', "no such place on the page"),
        ('<a href="e.html">', "no such file"),
        ('<img src="e.png">', "no such file"),
        ('<a href="../../etc/passwd">', "leads out of the pages"),
        ('<a href="https://nowhere">', "not an address"),
        ('<a href="file:///etc/passwd">', "not a link to a file or a page"),
    ],
)
def test_a_broken_link_is_seen(link, reason, tmp_path):
    (tmp_path / "a.html").write_text(f'<p id="here">{link}', encoding="utf-8")
    (tmp_path / "b.html").write_text('<p id="there">', encoding="utf-8")
    (tmp_path / "c d.png").write_bytes(b"")
    found = wrong_links(tmp_path)
    assert [line.rsplit(": ", 1)[1] for line in found] == [reason] * bool(reason)
