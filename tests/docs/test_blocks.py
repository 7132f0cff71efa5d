"""Every block of Python of every page runs, after those above it, and prints what the page says it prints."""

import contextlib
import io
import re
import sys
import types

import pytest

from tests.docs.blocks import read_blocks, skeleton
from tests.docs.conftest import ROOT

TEXTS = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
}
PAGES = {name: blocks for name, blocks in ((n, read_blocks(t)) for n, t in TEXTS.items()) if blocks}


def run(name, blocks):
    """Runs the blocks of a page in one module, in the folder we are in."""
    module = types.ModuleType("page")
    for block in blocks:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(block.code, name, "exec"), module.__dict__)
        if block.output is not None:
            pattern = re.escape(skeleton(block.output)).replace(r"\.\.\.", ".*")
            assert re.fullmatch(pattern, skeleton(printed.getvalue())), (
                f"{name} says\n{block.output}\nbut its block prints\n{printed.getvalue()}"
            )


@pytest.mark.parametrize("name", PAGES)
def test_the_blocks_of_a_page_run(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "page", types.ModuleType("page"))
    run(name, PAGES[name])


def test_pages_with_code_are_found():
    assert {"README.md", "docs/index.md", "docs/start.md", "docs/scaling.md"} <= set(PAGES)


PAGE = """
```python
a = 1
```

    indented

```python
print(a, "word 1.5e-3")
```

```text
2 word 1e-4
```

```{code-block} python
:class: not-run

1 / 0
```

```python
print("x")
```
text
```text
y
```
"""


def test_blocks_are_read_with_their_output_and_their_lines():
    first, second, third = read_blocks(PAGE)
    assert (first.code, first.output) == ("\n\na = 1\n", None)
    assert second.code.count("\n") == PAGE[: PAGE.index('"word')].count("\n") + 1
    assert second.output == "2 word 1e-4\n"
    assert third.output is None


def test_numbers_may_differ_and_words_may_not():
    run("page", read_blocks(PAGE))
    with pytest.raises(AssertionError, match="says"):
        run("page", read_blocks(PAGE.replace("2 word", "2 words")))


def test_what_is_left_out_of_an_output_is_marked():
    run("page", read_blocks(PAGE.replace("2 word", "2 ...")))
