# make demo   compares plain Monte Carlo, VEGAS and iflow on two physics integrals; writes a figure
# make test   checks style and types and runs the whole test suite
# Both build .venv first, if it is not there or older than the dependencies.

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed

.PHONY: demo test clean

demo: $(INSTALLED)
	$(BIN)/python examples/01_compare.py

test: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile -m "not clock"
	$(BIN)/python -m pytest -m clock

$(INSTALLED): setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("iflow needs Python 3.11 or newer, but $(PYTHON) is " + sys.version.split()[0] + "; name another one with: make PYTHON=/path/to/python demo")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	touch $@

clean:
	rm -rf .venv build dist *.egg-info figures
