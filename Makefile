# The public targets are those with a description; `make` alone lists them.
PY ?= python3
UV ?= uv
BIN := .venv/bin
PIP := $(PY) -m pip --disable-pip-version-check --no-input --python $(BIN)/python
WORKERS ?= 3

PURE := */vocabulary/*,*/prevent/*,*/detect/*,*/explain/*,*/follow/*,*/tell/*,*/endure/*,*/learn/*,*/simulate/*

.DEFAULT_GOAL := help
.PHONY: help run test bench soak fix clean lock format-check lint types layers tests

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: .venv/.installed ## watch the BT outage of 20 July 2016 in your browser (simulated, one minute a second)
	@$(BIN)/lightship replay bt-2016-07-20 --serve --speed 60 || [ $$? -eq 130 ] # Ctrl-C is how it ends

test: format-check lint types layers tests ## everything that CI runs; ends with what was skipped and why

bench: .venv/.installed ## measure what we are held to, each bar with a verdict
	$(BIN)/lightship bench

soak: .venv/.installed ## the long tests: minutes to hours
	$(BIN)/python -m pytest -m soak

fix: .venv/.installed ## format, mend what the linter can, and write the generated pages anew
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/python scripts/cli_reference.py
	$(BIN)/python scripts/events_reference.py

clean: ## take away the environment and everything that was made
	rm -rf .venv .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	find src tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the parts of `make test`, each usable alone ---------------------------------------------------------------------

format-check: .venv/.installed
	$(BIN)/ruff format --check .

lint: .venv/.installed
	$(BIN)/ruff check .

types: .venv/.installed
	$(BIN)/mypy

layers: .venv/.installed
	$(BIN)/lint-imports --no-logo

tests: .venv/.installed
	rm -rf .coverage && mkdir -p .coverage
	$(BIN)/coverage run -m pytest -n $(WORKERS) --dist loadfile
	@$(BIN)/coverage combine -q
	@echo "Branches covered in edges and run (reported, not gated):"
	@$(BIN)/coverage report --fail-under=0 --omit '$(PURE)' | tail -n 1
	@echo "Branches covered in the pure stages (gated, see [tool.coverage.report] in pyproject.toml):"
	@$(BIN)/coverage report --include '$(PURE)'

# --- the environment: plain pip, locked with hashes, needs neither ensurepip nor a global install --------------------

.venv/.installed: requirements/dev.txt pyproject.toml
	@sh scripts/check-python.sh "$(PY)"
	$(PY) -m venv --without-pip .venv
	@echo "Installing the locked packages into .venv (about 150 MB to fetch, once) ..."
	$(PIP) install --quiet --require-hashes -r requirements/dev.txt
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

# Maintainers only, wants uv: the locks from requirements/*.in, with hashes and without addresses.
lock:
	cd requirements && for part in run dev; do \
	  { echo "# Written by 'make lock' from $$part.in. Exact versions with hashes; no addresses."; \
	    $(UV) pip compile -q --universal --generate-hashes --python-version 3.11 --no-header \
	      --annotation-style line --upgrade $$part.in; } > $$part.new && mv $$part.new $$part.txt || exit 1; done
