"""The command that tests events, once as small as it gets."""

from click.testing import CliRunner

from benchmarks import events


def test_events_pass():
    result = CliRunner().invoke(events.main, ["--n", "2000", "--seeds", "1", "--rtol", "1e-3"])
    assert result.exit_code == 0, result.output
    assert "2,000 unweighted events of camel 4" in result.output
    assert "failed: 0 of 1" in result.output


def test_it_fails_when_events_do_not_pass(monkeypatch):
    monkeypatch.setattr(events, "p_value", lambda *_: 1e-5)
    result = CliRunner().invoke(events.main, ["--n", "500", "--seeds", "1", "--rtol", "1e-2"])
    assert result.exit_code == 1
    assert "failed: 1 of 1" in result.output
