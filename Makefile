# Two commands to know: `make run` and `make test`. Needs python3 >= 3.11 with venv, and make; the rest is fetched once, by hash, into .venv.
# Another Python: make PYTHON=python3.12 run. Without make (Windows): see README.

PYTHON ?= python3
VENV   ?= .venv
OUTPUT ?= maps
CONFIG ?= data/sample/config.toml
DISTRICTING_REAL_DATA ?= ../shared/data
export DISTRICTING_REAL_DATA

BIN   := $(VENV)/bin
STAMP := $(VENV)/.stamps
LOCK  := scripts/lock
PIP   := $(BIN)/python -m pip --disable-pip-version-check
UV    ?= $(firstword $(wildcard $(BIN)/uv) uv)

.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help run test check bench bench-full setup setup-develop setup-peers lock format clean

help:
	@echo "make run         the whole job on the sample city: districts, zones, pairs, the plan file and the map, in $(OUTPUT)/"
	@echo "make test        every test"
	@echo "make check       lint, format, types, import layers"
	@echo "make bench       measured against peers, at most 20 minutes (make bench-full: everything, resumable)"
	@echo "make lock        renew the hashed requirements after pyproject.toml changed (needs uv)"
	@echo "make clean       remove $(VENV) and caches"

run: setup
	$(BIN)/districting run $(CONFIG) -o $(OUTPUT) --overwrite
	@echo "Map:  $(abspath $(OUTPUT))/map.html  (open it in any browser, no network needed)"
	@echo "Plan: $(abspath $(OUTPUT))/plan.gpkg"

test: setup-develop
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

check: setup-develop
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup-peers
	$(BIN)/python scripts/benchmark.py $(ARGS)

bench-full: setup-peers
	@mkdir -p $(OUTPUT)
	$(BIN)/python scripts/benchmark.py --full --out $(OUTPUT)/benchmark.md $(ARGS)

# ---- set-up: each step leaves a stamp and is done again when what it depends on is newer ----

setup: $(STAMP)/kernels

setup-develop: $(STAMP)/develop $(STAMP)/kernels

setup-peers: $(STAMP)/peers $(STAMP)/kernels

$(STAMP)/venv:
	@command -v $(PYTHON) >/dev/null || { echo "No '$(PYTHON)' found. Install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$$($(PYTHON) --version) is too old: Python 3.11 or newer is needed. Name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) has no venv module. On Debian or Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@mkdir -p $(STAMP) && touch $@

$(STAMP)/runtime: $(LOCK)/runtime.txt $(STAMP)/venv
	$(PIP) install --quiet --require-hashes -r $<
	@touch $@

$(STAMP)/develop: $(LOCK)/develop.txt $(STAMP)/runtime
	$(PIP) install --quiet --require-hashes --no-build-isolation --use-pep517 -r $<
	@touch $@

$(STAMP)/peers: $(LOCK)/peers.txt $(STAMP)/develop
	$(PIP) install --quiet --require-hashes --no-build-isolation --use-pep517 -r $<
	@touch $@

# Editable, so that a changed source file needs no new set-up; its build tools are in the lock, so nothing unhashed is fetched.
$(STAMP)/package: pyproject.toml $(STAMP)/runtime
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMP)/kernels: $(STAMP)/package
	$(BIN)/districting warm-up
	@touch $@

# ---- upkeep ----

LOCKING := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

lock:
	$(LOCKING) pyproject.toml $(LOCK)/build.in -o $(LOCK)/runtime.txt
	$(LOCKING) --extra postgis --extra dask --extra osm --extra duckdb --extra test --extra check -c $(LOCK)/runtime.txt pyproject.toml $(LOCK)/build.in -o $(LOCK)/develop.txt
	$(LOCKING) --extra postgis --extra dask --extra osm --extra duckdb --extra test --extra check --extra peers -c $(LOCK)/develop.txt pyproject.toml $(LOCK)/build.in -o $(LOCK)/peers.txt

format: setup-develop
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist
	find districting tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
