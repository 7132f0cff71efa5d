# make demo    compares plain Monte Carlo, VEGAS and iflow on two physics integrals; writes a figure
# make test    checks style and types and runs the whole test suite
# make docs    builds these pages with the gallery of examples into build/docs; any warning is an error
# All build .venv first, if it is not there or older than the dependencies.
#
# make matrix  runs the test suite on every Python that setup.cfg names and that is found here
# make lowest  runs the test suite with the lowest version of every dependency that setup.cfg allows
# make audit   asks for known vulnerabilities of what is installed in .venv; fails where nobody can tell
# make dist    builds the sdist and the wheel into dist/, and tries the wheel in an empty environment

PYTHON ?= python3
OLDEST ?= python3.11
VENV := .venv
CONSTRAINTS :=
BIN = $(VENV)/bin
INSTALLED = $(VENV)/installed

.PHONY: demo docs test suite matrix lowest audit dist clean

demo: $(INSTALLED)
	$(BIN)/python examples/13_compare.py

docs: $(INSTALLED)
	OMP_NUM_THREADS=1 $(BIN)/python -m sphinx --fail-on-warning --keep-going -d build/doctrees docs build/docs
	@echo "pages: file://$(CURDIR)/build/docs/index.html"

test: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(MAKE) --no-print-directory suite

suite: $(INSTALLED)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile -m "not clock"
	$(BIN)/python -m pytest -m clock

# Every Python has its turn, so that one failure does not hide the next.
matrix:
	@pythons=$$($(PYTHON) -m supply.pythons) || exit 1; failed=; \
	for python in $$pythons; do \
		version=$$($$python -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		echo "== Python $$version: $$python"; \
		$(MAKE) --no-print-directory PYTHON=$$python VENV=.venv-$$version suite || failed="$$failed $$version"; \
	done; \
	[ -z "$$failed" ] || { echo "the suite fails on Python$$failed" >&2; exit 1; }

lowest:
	mkdir -p build
	$(OLDEST) -m supply.lowest test > build/lowest.txt
	$(MAKE) --no-print-directory PYTHON=$(OLDEST) VENV=.venv-lowest CONSTRAINTS=build/lowest.txt suite

# Without --strict, a package about which the index says nothing counts as one without vulnerabilities.
audit: $(INSTALLED)
	$(PYTHON) -m venv .venv-audit
	.venv-audit/bin/python -m pip install --quiet --upgrade pip pip-audit
	mkdir -p build
	$(BIN)/python -m pip list --exclude-editable --format freeze > build/installed.txt
	.venv-audit/bin/pip-audit --strict --disable-pip --no-deps --requirement build/installed.txt

# The wheel is built from the sdist, so that it can hold nothing which the sdist lacks.
dist:
	$(PYTHON) -m venv .venv-dist
	.venv-dist/bin/python -m pip install --quiet --upgrade pip build twine
	rm -rf dist
	.venv-dist/bin/python -m build --outdir dist > /dev/null
	.venv-dist/bin/python -m twine check --strict dist/*
	$(PYTHON) -m supply.shipped dist/*.whl

$(INSTALLED): setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("iflow needs Python 3.11 or newer, but $(PYTHON) is " + sys.version.split()[0] + "; name another one with: make PYTHON=/path/to/python demo")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet $(if $(CONSTRAINTS),--constraint $(CONSTRAINTS)) --editable '.[test]'
	touch $@

clean:
	rm -rf .venv .venv-* build dist *.egg-info figures docs/gallery
