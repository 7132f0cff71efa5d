"""Classes that inherit from vegas' batch integrands."""

import pytest
import vegas

import iflow
from iflow.integrand import readable


class PointsFirst(vegas.BatchIntegrand):
    def __call__(self, x):
        return x[:, 0]


class PointsLast(vegas.RBatchIntegrand):
    def __call__(self, x):
        return x[0]


@pytest.mark.parametrize("kind", [PointsFirst, PointsLast])
def test_objects_of_such_classes_are_integrated_and_resumed(kind, tmp_path):
    f = kind()
    result = iflow.integrate(f, 2, seed=1, checkpoint=tmp_path / "run")
    assert result.mean == pytest.approx(0.5, abs=5 * result.sdev)
    assert iflow.resume(tmp_path / "run", f) == result


def test_any_other_function_stays_what_it_is():
    assert readable(abs) is abs
    decorated = vegas.lbatchintegrand(lambda x: x[:, 0])
    assert readable(decorated) is decorated
