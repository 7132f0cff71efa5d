"""How a run went, of which its numbers know nothing: it is told, and not compared."""

import time

import numpy as np

import iflow

OPTIONS = {"max_neval": 3_000, "rtol": 0.0, "flow": False, "seed": 1, "cost": 1e-3}


def quick(x):
    return np.exp(x[:, 0])


def slow(x):
    time.sleep(2e-4 * len(x))
    return quick(x)


def test_runs_are_equal_whatever_the_clock_said_of_a_call():
    first, second = (iflow.integrate(f, 2, **OPTIONS) for f in (quick, slow))
    assert len(first.circumstances) == 1
    assert first.circumstances[0].startswith("a call of f was taken to cost 0.001 s, but it costs")
    assert second.circumstances == ()
    assert first == second


def test_they_are_told_wherever_warnings_are():
    result = iflow.integrate(quick, 2, **OPTIONS)
    (told,) = result.circumstances
    assert result.summary().endswith(f"note: {told}")
    assert told in result._repr_html_()
    assert told not in repr(result)


def test_several_integrals_have_them_as_a_whole(tmp_path):
    result = iflow.integrate(lambda x: np.stack([quick(x), x[:, 1]], axis=1), 2, **OPTIONS)
    (told,) = result.circumstances
    assert result.summary().endswith(f"note: {told}")
    result.report(tmp_path / "page.html")
    assert told in (tmp_path / "page.html").read_text()


def test_to_ask_for_the_result_of_a_closed_run_starts_no_workers():
    from concurrent.futures import ThreadPoolExecutor

    made = []

    def make():
        made.append(ThreadPoolExecutor(2))
        return made[-1]

    integrator = iflow.Integrator(quick, 2, **OPTIONS, executor=make)
    before = integrator.integrate()
    integrator.close()
    assert integrator.result == before
    assert len(made) == 1
