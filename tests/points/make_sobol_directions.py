"""Rewrites the rows of iflow/points/sobol_directions.txt from the numbers that scipy ships; keeps its header.

    python tests/points/make_sobol_directions.py

A row is a coordinate: its primitive polynomial, whose binary digits are the coefficients, and as many
initial numbers as the polynomial has degrees (one for the first coordinate, which has none).
"""

from importlib.resources import files
from pathlib import Path

import numpy as np

from iflow.points import sobol

PATH = Path(sobol.__file__).with_name("sobol_directions.txt")


def read_rows(n):
    with (files("scipy.stats") / "_sobol_direction_numbers.npz").open("rb") as file:
        table = np.load(file)
        polynomials, initial = table["poly"][:n], table["vinit"][:n]
    for polynomial, numbers in zip(polynomials.tolist(), initial.tolist(), strict=True):
        degree = max(1, polynomial.bit_length() - 1)
        assert 0 not in numbers[:degree]
        assert not any(numbers[degree:])
        yield " ".join(map(str, [polynomial, *numbers[:degree]]))


def main():
    lines = PATH.read_text(encoding="ascii").splitlines()
    header = [line for line in lines if line.startswith("#")]
    PATH.write_text("\n".join([*header, *read_rows(sobol.MOST_DIMENSIONS)]) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
