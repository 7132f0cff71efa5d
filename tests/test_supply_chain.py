"""What iflow is made of: which versions it says it works with, and that no file of its own runs code."""

import ast
import configparser
import itertools
import re
import sys
import tomllib
from pathlib import Path

import pytest

from supply.lowest import REQUIREMENT, SETUP, read_requirements
from supply.pythons import supported

ROOT = Path(__file__).parents[1]
GROUPS = read_requirements()
FOR_USERS = ("", "events", "dask", "mpi")
REQUIREMENTS = [(extra, requirement) for extra, group in GROUPS.items() for requirement in group]
TREES = [
    (path, ast.parse(path.read_text(encoding="utf-8")))
    for folder in ("iflow", "integrands")
    for path in sorted((ROOT / folder).rglob("*.py"))
]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
# What a user has, or iflow has no use for it: its cluster, its notebook.
BROUGHT_ALONG = {"ray", "IPython"}
IMPORTED_AS = {"pillow": "PIL"}
# What reads files that somebody else may have written.
READERS = sorted(
    path
    for name in (
        "archive",
        "checkpoint",
        "events",
        "event_file.py",
        "keeping.py",
        "resumption.py",
        "run_view.py",
    )
    for path in ((ROOT / "iflow" / name).glob("*.py") if "." not in name else [ROOT / "iflow" / name])
)
RUNS_CODE = {"cloudpickle", "code", "dill", "joblib", "marshal", "pickle", "runpy", "shelve", "subprocess"}
CALLS = {"eval", "exec", "compile", "__import__", "import_module", "system"}
# Here the name of a module may come from a file, and is refused unless it is one of iflow.
GUARDED = {("decoder.py", "import_module")}


def module_of(requirement):
    name = name_of(requirement)
    return IMPORTED_AS.get(name, name)


def name_of(requirement):
    return REQUIREMENT.fullmatch(requirement)["name"].lower().replace("-", "_")


def imported(node):
    """Yields the packages that an import statement names."""
    if isinstance(node, ast.Import):
        yield from (alias.name.split(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield node.module.split(".")[0]


def foreign(nodes):
    own = {"iflow", "integrands", *sys.stdlib_module_names}
    return {name for node in nodes for name in imported(node)} - own


def called(node):
    """Yields the last name of everything that is called below a node: "load" for np.load(path)."""
    for call in (child for child in ast.walk(node) if isinstance(child, ast.Call)):
        yield getattr(call.func, "attr", getattr(call.func, "id", "")), call


@pytest.mark.parametrize(
    ("extra", "requirement"), [*REQUIREMENTS, ("build", *PYPROJECT["build-system"]["requires"])]
)
def test_every_requirement_has_a_lower_bound(extra, requirement):
    assert REQUIREMENT.fullmatch(requirement), f"{requirement!r} of {extra!r} is not name>=1.2"


def uncommented_bounds(text):
    lines = text.splitlines()
    return [
        line.strip()
        for above, line in itertools.pairwise(lines)
        if re.match(r"\s+[\w.-]+(\[.*\])?\s*>=", line)
        and re.search(r"<|!=|==|~=", line)
        and not above.strip().startswith("#")
    ]


def test_every_upper_bound_says_why():
    assert uncommented_bounds(SETUP.read_text(encoding="utf-8")) == []


def test_an_upper_bound_without_a_reason_is_seen():
    assert uncommented_bounds("a =\n    x>=1,<2\n    # y 3 lost its f\n    y[z]>=2,<3\n") == ["x>=1,<2"]


def test_a_package_has_the_same_bound_wherever_users_and_tests_ask_for_it():
    bounds = {}
    for extra in (*FOR_USERS, "test"):
        for requirement in GROUPS[extra]:
            bounds.setdefault(name_of(requirement), set()).add(requirement)
    assert {name: found for name, found in bounds.items() if len(found) > 1} == {}


@pytest.mark.parametrize("extra", [*(extra for extra in FOR_USERS if extra), "docs"])
def test_the_tests_have_all_that_users_and_pages_ask_for(extra):
    """Or `make lowest` would not try its bounds, and the tests could not build the pages."""
    assert set(GROUPS[extra]) <= set(GROUPS["test"])


def test_no_extra_is_forgotten():
    assert {*FOR_USERS, "test", "docs", "bench"} == set(GROUPS)


def test_wheels_are_built_and_tested_with_the_same_setuptools():
    assert [r for r in GROUPS["test"] if r.startswith("setuptools")] == PYPROJECT["build-system"]["requires"]


def test_one_lowest_python_is_named_everywhere():
    setup = configparser.ConfigParser()
    setup.read_string(SETUP.read_text(encoding="utf-8"))
    lowest = "{}.{}".format(*supported()[0])
    assert setup["options"]["python_requires"] == f">={lowest}"
    assert PYPROJECT["tool"]["mypy"]["python_version"] == lowest
    assert PYPROJECT["tool"]["ruff"]["target-version"] == "py" + lowest.replace(".", "")
    assert re.search(r"^OLDEST \?= python(.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1] == lowest


def test_the_pythons_of_the_classifiers_have_no_gap():
    (major, first), *_, (_, last) = supported()
    assert supported() == [(major, minor) for minor in range(first, last + 1)]
    assert sys.version_info[:2] >= supported()[0]


def test_what_is_imported_can_be_installed():
    known = {module_of(requirement) for extra in FOR_USERS for requirement in GROUPS[extra]} | BROUGHT_ALONG
    used = {name for _, tree in TREES for name in foreign(ast.walk(tree))}
    assert used <= known, f"{sorted(used - known)} must be in install_requires of setup.cfg, or in an extra"


def test_what_is_installed_is_imported():
    used = {name for _, tree in TREES for name in foreign(ast.walk(tree))}
    assert {module_of(requirement) for requirement in GROUPS[""]} <= used


def at_import(node):
    """Yields the import statements that run when a module is imported."""
    for child in ast.iter_child_nodes(node):
        is_typing = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and not is_typing:
            yield child
            yield from at_import(child)


def test_what_may_be_missing_is_imported_only_where_it_is_used():
    always = {name_of(requirement) for requirement in GROUPS[""]}
    wrong = {path.name: foreign(at_import(tree)) - always for path, tree in TREES}
    assert {name: packages for name, packages in wrong.items() if packages} == {}, (
        "import inside of the function"
    )


def test_messages_name_the_bounds_of_setup():
    text = "".join(path.read_text(encoding="utf-8") for path, _ in TREES)
    named = re.findall(r"pip install '([\w-]+>=[\d.]+)'", text)
    assert named
    assert set(named) <= {requirement for _, requirement in REQUIREMENTS}


def test_messages_name_extras_that_exist():
    text = "".join(path.read_text(encoding="utf-8") for path, _ in TREES)
    assert set(re.findall(r"iflow\[(\w+)\]", text)) <= set(FOR_USERS)


@pytest.mark.parametrize("path", READERS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_files_are_read_without_running_what_is_in_them(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert {name for node in ast.walk(tree) for name in imported(node)} & RUNS_CODE == set()
    found = {(path.name, name) for name, call in called(tree) if ast.unparse(call.func) != "re.compile"}
    assert {(file, name) for file, name in found if name in CALLS} <= GUARDED
    for name, call in called(tree):
        if name == "load" and ast.unparse(call.func).startswith("np."):
            assert "allow_pickle=False" in ast.unparse(call), (
                f"{path.name}:{call.lineno}: arrays may hold pickles"
            )


def test_the_readers_are_found():
    names = {path.name for path in READERS}
    assert {"decoder.py", "files.py", "tape.py", "npz.py", "parquet.py", "keeping.py"} <= names
    assert any(name == "load" for path in READERS for name, _ in called(ast.parse(path.read_text())))


def test_only_workers_unpickle():
    """What comes from the process that they work for, never what is in a file."""
    unpickle = RUNS_CODE - {"code", "runpy", "subprocess"}
    found = {
        path.parent.name
        for path, tree in TREES
        if unpickle & {n for x in ast.walk(tree) for n in imported(x)}
    }
    assert found == {"executors"}
