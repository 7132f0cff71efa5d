"""What may happen to an integrator, in any order, and what must hold whatever has."""

import contextlib
import functools
import math
import shutil
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import iflow

# Errors of sdev beyond which a mean counts as wrong: with 16 replicates one in 40,000 (Student's t).
_SDEVS = 6.0


class BrokenError(RuntimeError):
    """What the integrand raises where it is told to."""


class Peak:
    """A cheap integrand that counts the points it has computed, and fails at a call that it is told."""

    def __init__(self, width=0.2, is_vector=False):
        self.width, self.is_vector = width, is_vector
        self.n, self.fuse, self.error = 0, None, None

    def __call__(self, x):
        self.n += len(x)  # they count even if it raises
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse < 0:
                self.fuse = None
                raise self.error
        y = np.exp(-np.square((x - 0.5) / self.width).sum(axis=1))
        return np.stack([y, y * x[:, 0]], axis=1) if self.is_vector else y

    @property
    def exact(self):
        mean = (self.width * math.sqrt(math.pi) * math.erf(0.5 / self.width)) ** 2
        return np.array([mean, mean / 2.0]) if self.is_vector else mean


@functools.cache
def undisturbed(seed, is_vector, options):
    """Returns the result of a run to which nothing happens."""
    return iflow.integrate(Peak(is_vector=is_vector), 2, seed=seed, **dict(options))


def require_same(result, expected):
    """Raises an AssertionError unless two results are the same numbers, bit for bit."""
    np.testing.assert_array_equal(result.mean, expected.mean)
    np.testing.assert_array_equal(result.sdev, expected.sdev)
    assert (result.neval, result.neval_measured) == (expected.neval, expected.neval_measured)


class Life(RuleBasedStateMachine):
    """An integrator from its making to its end."""

    flow = False
    budgets = (400, 3_000, 20_000)
    extra = ()

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.integrator = None

    def teardown(self):
        try:
            if self.integrator is not None:
                self.end()
        finally:
            shutil.rmtree(self.folder)

    def end(self):
        """Whatever has happened, the end is that of a run to which nothing has."""
        self.f.fuse, self.stop_in = None, None
        result = self.integrator.integrate()
        self.check()
        if not self.is_plain:
            self.integrator.close()
            return
        expected = undisturbed(self.seed, self.f.is_vector, self.options)
        # Points at which f raised are gone from the budget.
        if expected.stop_reason == "target" or result.neval == expected.neval:
            np.testing.assert_array_equal(result.mean, expected.mean)
            np.testing.assert_array_equal(result.sdev, expected.sdev)
        self.integrator.close()

    @initialize(
        seed=st.integers(0, 2**32),
        is_vector=st.booleans(),
        is_kept=st.booleans(),
        points=st.sampled_from(["sobol", "random"]),
        rtol=st.sampled_from([0.0, 1e-2, 1e-3]),
        data=st.data(),
    )
    def begin(self, seed, is_vector, is_kept, points, rtol, data):
        self.seed, self.f, self.stop_in = seed, Peak(is_vector=is_vector), None
        max_neval = data.draw(st.sampled_from(self.budgets))
        chosen = {
            "points": points,
            "rtol": rtol,
            "max_neval": max_neval,
            "flow": self.flow,
            **dict(self.extra),
        }
        self.options = tuple(chosen.items())
        self.checkpoint = self.folder / "run" if is_kept else None
        self.integrator = iflow.Integrator(
            self.f, 2, seed=seed, checkpoint=self.checkpoint, callback=self.look, **chosen
        )
        # Whether nothing but interruptions has happened, so that the end is known.
        self.is_plain, self.uncounted, self.saved, self.before = True, 0, None, None

    def look(self, row):
        if self.stop_in is not None:
            self.stop_in -= 1
            if self.stop_in < 0:
                self.stop_in = None
                raise StopIteration

    @contextlib.contextmanager
    def interrupted(self):
        """Lets pass only what the integrand was told to raise, and the one refusal that is documented."""
        try:
            yield
        except (BrokenError, KeyboardInterrupt) as error:
            if error is not self.f.error:
                raise
        except RuntimeError as error:
            if "the callback stopped the training" not in str(error):
                raise

    @rule()
    def train(self):
        with self.interrupted():
            self.integrator.train()

    @rule()
    def integrate(self):
        with self.interrupted():
            self.integrator.integrate()

    @rule(rtol=st.sampled_from([3e-3, 1e-3]), more=st.sampled_from([0, 5_000]))
    def integrate_further(self, rtol, more):
        self.is_plain = False
        max_neval = max(dict(self.options)["max_neval"], self.integrator.neval) + more
        with self.interrupted():
            self.integrator.integrate(rtol=rtol, max_neval=max_neval)

    @rule(n=st.sampled_from([1, 100]))
    def sample(self, n):
        self.is_plain = False
        with self.interrupted():
            events = self.integrator.sample(n)
            assert len(events) == n
            assert np.isfinite(events.weights).all()

    @rule(n=st.sampled_from([1, 100]), ending=st.sampled_from(["npz", "parquet"]))
    def unweight(self, n, ending):
        self.is_plain = False
        with self.interrupted():
            events = self.integrator.unweight(n)
            path = self.folder / f"events.{ending}"
            events.save(path)
            found = iflow.Events.load(path)
            np.testing.assert_array_equal(found.points, events.points)
            np.testing.assert_array_equal(found.weights, events.weights)
            assert found.unweighting == events.unweighting

    @rule(call=st.integers(0, 12), is_break=st.booleans())
    def fail_soon(self, call, is_break):
        self.f.fuse, self.f.error = call, KeyboardInterrupt() if is_break else BrokenError("told to")

    @rule(rows=st.integers(0, 6))
    def stop_soon(self, rows):
        self.stop_in = rows

    @rule()
    def save(self):
        path = self.folder / "it.npz"
        self.integrator.save(path)
        self.saved = path, self.integrator.result, self.is_plain
        with np.load(path, allow_pickle=False) as stored:
            assert not any(stored[name].dtype.hasobject for name in stored.files)

    @precondition(lambda self: self.saved)
    @rule()
    def load(self):
        path, result, self.is_plain = self.saved
        self.come_back(lambda: iflow.Integrator.load(path, self.f, callback=self.look), result)
        self.checkpoint = None

    @precondition(lambda self: self.checkpoint)
    @rule()
    def resume(self):
        before = self.integrator.result
        self.come_back(lambda: iflow.Integrator.resume(self.checkpoint, self.f, callback=self.look), None)
        # What was drawn after the state was stored is on the tape; it is played when the run goes on.
        assert self.integrator.result.neval_measured <= before.neval_measured

    def come_back(self, make, expected):
        self.f.fuse = None
        self.integrator.close()
        self.integrator = make()
        self.uncounted = self.f.n - self.integrator.neval
        self.before = None
        if expected is not None:
            require_same(self.integrator.result, expected)
            assert self.integrator.result.history == expected.history

    @rule()
    def close(self):
        self.integrator.close()

    @rule(width=st.sampled_from([0.2, 0.1]))
    def warm_start(self, width):
        self.is_plain = False
        g = Peak(width, self.f.is_vector)
        with self.interrupted():
            related = self.integrator.warm_start(g, max_neval=20_000, callback=None)
            result = related.integrate()
            assert result.neval == g.n
            self.require_right(result, g)
            related.close()

    @invariant()
    def check(self):
        if self.integrator is None:
            return
        result = self.integrator.result
        assert result.neval == self.integrator.neval
        if not self.checkpoint:
            assert result.neval == self.f.n - self.uncounted
        self.require_right(result, self.f)
        if self.before is not None:
            assert result.neval_measured >= self.before.neval_measured
            assert result.neval >= self.before.neval
            assert result.history[: len(self.before.history)] == self.before.history
        self.before = result

    @staticmethod
    def require_right(result, f):
        if result.neval_measured and result.reliable and np.all(np.isfinite(result.sdev)):
            assert np.all(np.abs(result.mean - f.exact) <= _SDEVS * result.sdev + 1e-12), (result, f.exact)


class LifeWithAFlow(Life):
    """The same with a tiny flow."""

    flow = True
    budgets = (12_000,)
    extra = (("steps", 3), ("hidden", (4,)), ("bins", 4), ("batch", 64))
