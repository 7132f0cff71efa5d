import re

import pytest
from click.testing import CliRunner

from benchmarks.detection.__main__ import is_missed, main, trials
from benchmarks.detection.families import FAMILIES
from benchmarks.detection.tables import COLUMNS, markdown, rows, verdict

QUICK = ("--methods", "vegas", "--families", "top hat,needle on a plain", "--budgets", "5000")


def invoke(*arguments):
    return CliRunner().invoke(main, [*QUICK, *map(str, arguments)])


def test_halves_make_a_whole(tmp_path):
    files = [tmp_path / "1.json", tmp_path / "2.json"]
    for part, file in enumerate(files, 1):
        result = invoke("--numbers", 1, "--slice", f"{part}/2", "--json", file)
        assert result.exit_code == 0, result.output
    assert "--resume" in invoke("--numbers", 1, "--json", files[0]).output
    whole, figure = tmp_path / "all.json", tmp_path / "all.png"
    whole.write_text("".join(file.read_text() for file in files))
    result = invoke("--numbers", 1, "--json", whole, "--report", "--markdown", "--figure", figure)
    assert result.exit_code == 0, result.output
    n_cases = sum(len(FAMILIES[name].dims) * len(FAMILIES[name].values) for name in QUICK[3].split(","))
    assert f"0 runs of {n_cases}" in result.output
    assert "| needle on a plain | vegas |" in result.output
    assert re.search(r"vegas: \d+ of \d+ runs .* nothing is said", result.output)
    assert figure.read_bytes().startswith(b"\x89PNG")
    assert f"0 runs of {n_cases}" in invoke("--numbers", 1, "--json", whole, "--resume").output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--families", "magic"), "none of peaks"),
        (("--slice", "3/2"), "such as 1/2"),
        (("--slice", "half"), "such as 1/2"),
        (("--budgets", "many"), "such as 5000,50000"),
        (("--numbers", "0"), "numbers and ranges"),
        (("--report",), "nothing to report"),
    ],
)
def test_mistakes_are_told(arguments, words):
    result = invoke(*arguments)
    assert result.exit_code
    assert words in result.output


def test_slices_have_a_bit_of_everything():
    made = trials(["iflow"], FAMILIES, [5_000, 50_000], [1, 2], rtol=1e-3)
    assert len(set(made)) == len(made)
    for part in (made[::2], made[1::2]):
        share = sum(trial.max_neval == 5_000 for trial in part) / len(part)
        assert 0.4 < share < 0.6
        assert {trial.family for trial in part} == set(FAMILIES)
    assert [trial.number for trial in made] == sorted(trial.number for trial in made)


def test_tables_split_by_what_was_shown(make_finding):
    findings = [make_finding(), make_finding(mean=2.0), make_finding(mean=2.0, n_shown=(0,))]
    table = rows([*findings, make_finding(method="vegas", mean=2.0)])
    assert [line[:2] for line in table] == [
        ["top hat", "iflow"],
        ["top hat", "vegas"],
        ["all families", "iflow"],
        ["all families", "vegas"],
    ]
    assert all(len(line) == len(COLUMNS) for line in table)
    row = dict(zip(COLUMNS[:8], table[0], strict=False))
    assert (row["runs shown"], row["right, reliable"], row["WRONG, RELIABLE"]) == ("2", "1", "1")
    assert table[0][8:13] == ["1", "0", "0", "0", "1"]
    assert markdown(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"
    assert verdict(findings, "iflow").startswith("iflow: 1 of 2 runs")


def test_goals(make_finding):
    right, silent = make_finding(), make_finding(mean=2.0)
    assert not is_missed([right] * 1000 + [silent])
    assert is_missed([right] * 998 + [silent])
    assert is_missed([right] * 1000 + [make_finding(failure="killed")])
    assert is_missed([right] * 10 + [make_finding(volumes=(0.1,), n_shown=(0,))] * 10)
    assert not is_missed([right] + [make_finding(method="vegas", mean=2.0)] * 10)
