"""The module diagram of the design, held true by reading every import.

The table is the diagram: a module may import modules of the rows below its own, never of its own row.
Imports for type checking only do not count; imports inside functions do.
"""

import ast
import graphlib
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

LAYERS = (
    ("the program", "__main__"),
    ("the command line", "cli"),
    ("what `import iflow` offers", "__init__"),
    ("the one call, the comparison, and a file of events", "integration comparison event_file resumption"),
    ("the run, what it is measured against, and what is printed", "integrator baseline report"),
    ("what a run comes to", "conclusion"),
    (
        "how a run chooses its proposal, and how it measures with it",
        "preparation measuring keeping drawing picturing",
    ),
    ("a round of the flow", "flow_round"),
    (
        "who looks at those who compete, who finds f first, and what a flow gets at the end",
        "scout polishing locating edges warm_start",
    ),
    ("who may compete", "contenders admission"),
    ("why several may be doubted, and a run on disk", "component_diagnostics run_view omission"),
    ("how they compare, learn and are counted", "race learner measurement diagnostics displacement offload"),
    ("their means", "pilot replay sampler logbook latents training component_measurement tally"),
    ("several integrals at once", "several"),
    ("what comes back", "result"),
    ("what a result looks like", "html pictures"),
    (
        "and theirs",
        "weight_statistics component_tally underway summary plots watching method_run events checkpoint",
    ),
    ("points of one proposal", "point_cloud"),
    ("points and their weights", "batch"),
    ("sums of weights", "statistics"),
    ("the flow", "flow"),
    ("what the user chose", "options"),
    ("the user's function on its region", "evaluator"),
    ("the user's function", "integrand"),
    ("and as part of a graph", "traced"),
    ("what is on its own", "domain proposal maps points history tempering schedule archive executors"),
    (
        "and plain text and numbers",
        "layout notation checks costs destination growth function_path fingerprint portions reasons "
        "sameness version",
    ),
)

# Where lower is not narrow enough: these are known to nobody else.
KNOWN_ONLY_TO = {
    "cli": "__main__",
    "report": "cli",
    "function_path": "cli",
    "resumption": "__init__ cli",
    "integration": "__init__ cli",
    "comparison": "__init__ cli",
    "event_file": "cli",
    "keeping": "integrator",
    "drawing": "integrator",
    "picturing": "integrator",
    "checkpoint": "cli integrator keeping",
    "archive": "checkpoint events keeping",
    "warm_start": "preparation",
    "integrator": "__init__ integration comparison event_file resumption",
    "baseline": "comparison",
    "preparation": "integrator conclusion",
    "measuring": "integrator",
    "flow_round": "preparation",
    "scout": "flow_round preparation",
    "locating": "preparation",
    "schedule": "preparation",
    "polishing": "preparation",
    "contenders": "preparation flow_round scout polishing warm_start",
    "admission": "integrator preparation",
    "learner": "contenders",
    "training": "learner",
    "flow": "learner training",
    "maps": "contenders",
    "logbook": "integrator conclusion preparation locating edges scout measuring",
    "measurement": "integrator measuring conclusion",
    "conclusion": "integrator",
    "component_measurement": "integrator conclusion measurement component_diagnostics",
    "tally": "measurement measuring offload",
    "component_tally": "component_measurement tally",
    "component_diagnostics": "conclusion",
    "sampler": "integrator conclusion keeping drawing picturing preparation locating edges scout "
    "measuring baseline offload",
    "watching": "integrator logbook",
    "evaluator": "offload sampler",
    "integrand": "evaluator",
    "executors": "__init__ checkpoint cli integrand integrator offload options",
    "offload": "integrator measuring",
    "latents": "measurement",
    "underway": "sampler",
    "sameness": "history result",
    "fingerprint": "checkpoint integrand",
    "portions": "evaluator integrand",
    "traced": "integrand",
    "plots": "comparison html pictures several",
    "pictures": "picturing result",
    "html": "cli comparison picturing result several",
    "run_view": "cli",
}

# TensorFlow, and with it everything that takes seconds to load, stays where a flow is needed; `traced` is
# for functions that have imported it themselves.
USED_ONLY_BY = {
    "tensorflow": "flow traced training",
    "tensorflow_probability": "flow",
    "keras": "",
    "matplotlib": "plots",
    "PIL": "plots",
    "vegas": "baseline maps",
    "gvar": "result several",
    "scipy": "domain locating maps points statistics",
    "threadpoolctl": "contenders executors",
    "rich": "watching",
    "cloudpickle": "executors",
    "loky": "executors",
    "distributed": "executors",
    "ray": "executors",
    "IPython": "watching",
    "click": "cli",
    "pyarrow": "events",
    "pandas": "events",
    "pylhe": "events",
    "integrands": "cli",
}

ROW = {module: row for row, (_, names) in enumerate(LAYERS) for module in names.split()}


def is_for_type_checking(node):
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def imports(node):
    """Yields the dotted name of everything imported at run time, in functions too."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, "imports are absolute"
            yield from (f"{child.module}.{alias.name}" for alias in child.names)
        elif is_for_type_checking(child):
            for other_branch in child.orelse:
                yield from imports(other_branch)
        else:
            yield from imports(child)


def module_of(*parts):
    """flow/histogram.py -> flow, domain.py -> domain: a folder is one module here, but for the engine's."""
    name = parts[1] if parts[0] == "engine" and len(parts) > 1 else parts[0]
    return name.removesuffix(".py")


def read_edges():
    """Maps each module of iflow to the others of iflow that it imports, and to foreign packages."""
    inner, foreign = {}, {}
    for path in sorted((ROOT / "iflow").rglob("*.py")):
        module = module_of(*path.relative_to(ROOT / "iflow").parts)
        if path.parent.name == "engine" and module == "__init__":
            continue
        inner.setdefault(module, set())
        foreign.setdefault(module, set())
        for name in imports(ast.parse(path.read_text(encoding="utf-8"))):
            package, *rest = name.split(".")
            if package == "iflow":
                other = module_of(*rest) if rest else "__init__"
                inner[module].add(other if other in ROW else "__init__")
            else:
                foreign[module].add(package)
        inner[module].discard(module)
    return inner, foreign


INNER, FOREIGN = read_edges()
EDGES = [(module, other) for module, others in INNER.items() for other in sorted(others)]


def test_the_reader_sees_imports_inside_functions_but_none_for_type_checking():
    assert {("contenders", "learner"), ("result", "pictures"), ("integrator", "measuring")} <= set(EDGES)
    assert "rich" in FOREIGN["watching"]
    assert ("plots", "comparison") not in EDGES


def test_every_module_has_one_place_in_the_table():
    listed = [module for _, names in LAYERS for module in names.split()]
    assert sorted(listed) == sorted(INNER)


@pytest.mark.parametrize(("module", "other"), EDGES)
def test_arrows_point_down(module, other):
    assert ROW[module] < ROW[other], f"{module} may not import {other}: it is not in a row below"


@pytest.mark.parametrize(("known", "allowed"), KNOWN_ONLY_TO.items())
def test_inner_workings_are_known_to_few(known, allowed):
    assert {module for module, other in EDGES if other == known} == set(allowed.split())


@pytest.mark.parametrize(("package", "allowed"), USED_ONLY_BY.items())
def test_foreign_packages_stay_in_their_corner(package, allowed):
    assert {module for module, packages in FOREIGN.items() if package in packages} == set(allowed.split())


def test_no_other_package_is_needed():
    used = set().union(*FOREIGN.values()) - set(sys.stdlib_module_names)
    assert used <= {"numpy", *USED_ONLY_BY}


@pytest.mark.parametrize(
    "folder",
    [
        "domain",
        "flow",
        "training",
        "maps",
        "statistics",
        "engine",
        "watching",
        "cli",
        "events",
        "integrand",
        "executors",
        "plots",
        "archive",
        "several",
        "checkpoint",
        "html",
    ],
)
def test_no_cycles_inside_a_folder(folder):
    graph = {}
    for path in (ROOT / "iflow" / folder).glob("[!_]*.py"):
        names = imports(ast.parse(path.read_text(encoding="utf-8")))
        graph[path.stem] = {name.split(".")[2] for name in names if name.startswith(f"iflow.{folder}.")}
    assert len(graph) > 1
    assert list(graphlib.TopologicalSorter(graph).static_order())


def test_flows_know_nothing_but_their_options():
    assert INNER["flow"] == {"options"}


@pytest.mark.parametrize("path", sorted((ROOT / "integrands").rglob("*.py")), ids=lambda path: path.name)
def test_integrands_stand_on_numpy_alone(path):
    packages = {name.split(".")[0] for name in imports(ast.parse(path.read_text(encoding="utf-8")))}
    assert packages <= {
        "integrands",
        "numpy",
        *(["matplotlib"] * (path.name == "plots.py")),
        *sys.stdlib_module_names,
    }
