"""The code of docs/scaling.md."""

import re
from pathlib import Path

import numpy as np
import pytest

import iflow

PAGE = (Path(__file__).parents[2] / "docs" / "scaling.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def f(x):
    return np.exp(-10.0 * np.square(x - 0.5).sum(axis=1))


@pytest.mark.parametrize("code", BLOCKS)
def test_every_block_is_python(code):
    compile(code, "docs/scaling.md", "exec")


def test_the_executor_of_the_page_computes_what_is_computed_without_it():
    (code,) = (block for block in BLOCKS if "class Here" in block)
    namespace = {}
    exec(code, namespace)
    options = {"rtol": 0, "max_neval": 5_000, "seed": 1}
    plain = iflow.integrate(f, 2, **options)
    assert iflow.integrate(f, 2, executor=namespace["Here"](), workers=2, **options) == plain


def test_the_options_of_the_page_exist():
    named = set(re.findall(r"(\w+)=", PAGE))
    ours = {"workers", "executor", "cost", "seed", "checkpoint", "offload", "timeout", "flow"}
    assert ours <= named
    iflow.integrate(f, 2, workers=1, rtol=0.1, cost=1e-6, seed=1, offload="auto", timeout=60, flow=False)
