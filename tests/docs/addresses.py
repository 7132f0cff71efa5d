"""What a page links to and what can be linked to on it, read with the standard library alone."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LINKS = {"a": "href", "link": "href", "img": "src", "script": "src", "source": "src", "iframe": "src"}


@dataclass
class Addresses(HTMLParser):
    """Names of a page's elements, and what it links to."""

    names: set[str] = field(default_factory=set)
    targets: list[str] = field(default_factory=list)

    def __post_init__(self):
        super().__init__()

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.names |= {given[key] for key in ("id", "name") if given.get(key)}
        if tag in LINKS and given.get(LINKS[tag]) is not None:
            self.targets.append(given[LINKS[tag]])


def read(path: Path) -> Addresses:
    """Returns what a file of HTML has."""
    addresses = Addresses()
    addresses.feed(path.read_text(encoding="utf-8"))
    return addresses


def wrong_links(folder: Path) -> list[str]:
    """Returns the links of all pages below a folder that lead nowhere, each with its page and a reason."""
    pages = {path.resolve(): read(path) for path in sorted(folder.rglob("*.html"))}
    wrong = []
    for path, page in pages.items():
        for target in page.targets:
            reason = fault(path, target, pages, folder.resolve())
            if reason:
                wrong.append(f"{path.relative_to(folder.resolve())}: {target}: {reason}")
    return wrong


def fault(path: Path, target: str, pages: dict[Path, Addresses], folder: Path) -> str:
    """Returns what is wrong with a link, "" for nothing; elsewhere in the network nobody looks."""
    parts = urlsplit(target)
    if parts.scheme in ("http", "https"):
        return "" if "." in parts.netloc and " " not in target else "not an address"
    if parts.scheme in ("mailto", "data"):
        return ""
    if parts.scheme or parts.netloc:
        return "not a link to a file or a page"
    file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not file.is_relative_to(folder):
        return "leads out of the pages"
    if not file.is_file():
        return "no such file"
    if parts.fragment and file in pages and unquote(parts.fragment) not in pages[file].names:
        return "no such place on the page"
    return ""
