"""Numbers as people write them, and what they mean when read back."""

import math
import re
from decimal import Decimal

import numpy as np
import pytest

from iflow.notation import times, with_error

TABLE = [
    (0.98166, 0.000102, "0.98166(10)"),
    (1.937e-10, 2.1e-14, "1.93700(21)e-10"),
    (-1.937e-10, 2.1e-14, "-1.93700(21)e-10"),
    (12.3456, 0.0996, "12.35(10)"),  # two digits would be 99.6 -> 100
    (12.3456, 0.00996, "12.346(10)"),
    (12.3456, 0.0994, "12.346(99)"),
    (12.34, 0.996, "12.3(1.0)"),
    (12.34, 9.96, "12(10)"),
    (12.34, 99.6, "10(100)"),
    (1234.5, 99.4, "1234(99)"),
    (12.34, 1.2, "12.3(1.2)"),
    (-12.34, 0.99, "-12.34(99)"),
    (123456.0, 1234.0, "123500(1200)"),
    (1234567.0, 1234.0, "1.2346(12)e+06"),
    (0.0012345, 0.0000123, "0.001234(12)"),
    (0.00012345, 0.00000123, "1.234(12)e-04"),
    (1e-300, 1e-302, "1.000(10)e-300"),
    (1e300, 1e297, "1.0000(10)e+300"),
    (-1e300, 1e297, "-1.0000(10)e+300"),
    (5e-324, 5e-324, "4.9(4.9)e-324"),
    (1.5, 2.5, "1.5(2.5)"),  # an error larger than the mean
    (0.01, 25.0, "0(25)"),
    (1e-5, 1.0, "0.0(1.0)"),
    (-1e-5, 1.0, "0.0(1.0)"),
    (-0.01, 25.0, "0(25)"),
    (3.0, 1234567.0, "0.0(1.2)e+06"),
    (1e-300, 1e300, "0.0(1.0)e+300"),
    (0.0, 1e-5, "0.0(1.0)e-05"),
    (0.0, 0.25, "0.00(25)"),
    (0.0, 0.0, "0(0)"),
    (2.5, 0.0, "2.5(0)"),
    (1e300, 0.0, "1e+300(0)"),
    (math.pi, math.inf, "3.14159 +- inf"),
    (0.0, math.inf, "0 +- inf"),
    (math.nan, math.nan, "nan +- nan"),
    (math.inf, 1.0, "inf +- 1"),
    (1.0, math.nan, "1 +- nan"),
    (0.1, 1e-300, "0.1 +- 1e-300"),  # 300 digits would say nothing
]


@pytest.mark.parametrize(("mean", "sdev", "text"), TABLE, ids=[text for *_, text in TABLE])
def test_table(mean, sdev, text):
    assert with_error(mean, sdev) == text


def parse(text):
    """Returns value, error and the unit of the last digit shown, as decimals."""
    value, error, power = re.fullmatch(r"(-?[\d.]+)\(([\d.]+)\)(?:e([+-]\d+))?", text).groups()
    places = len(value.partition(".")[2])
    unit = Decimal(10) ** -places
    if "." not in error:
        error = Decimal(error) * unit
    # Zeros before the bracket of a large error are not significant: 123500(1200).
    if places == 0:
        unit = Decimal(10) ** (Decimal(error).adjusted() - 1)
    shift = int(power or 0)
    return Decimal(value).scaleb(shift), Decimal(error).scaleb(shift), unit.scaleb(shift)


def test_reads_back_within_half_a_digit():
    rng = np.random.default_rng(41)
    for _ in range(3000):
        sdev = float(10 ** rng.uniform(-290, 290))
        mean = float(rng.choice([-1, 1]) * sdev * 10 ** rng.uniform(-3, 12))
        text = with_error(mean, sdev)
        value, error, unit = parse(text)
        slack = Decimal("0.5000000001") * unit
        assert abs(value - Decimal(mean)) <= slack, text
        assert abs(error - Decimal(sdev)) <= slack, text
        assert 10 <= round(error / unit) <= 100, text
        assert len(text) < 32, text


@pytest.mark.parametrize(("n", "told"), [(1, "once"), (2, "twice"), (3, "3 times"), (1_200, "1,200 times")])
def test_how_often(n, told):
    assert times(n) == told
