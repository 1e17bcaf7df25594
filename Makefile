# make run: set up, write the simulated company's exports, refresh, serve. make test: every test. Both are quick the second time.
PYTHON ?= python3
BIN := .venv/bin
EXPORTS := data/sample/exports
# Each process of ours loads a thousand modules; written down once as bytecode that takes half the time.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test lint bench lock bom empty clean
.DEFAULT_GOAL := run

# The stamp holds until what it was made from changes.
.venv/ready: requirements.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	$(BIN)/uv pip sync --quiet --require-hashes requirements.txt --python $(BIN)/python
	$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable . --python $(BIN)/python
	touch $@

$(EXPORTS)/.written: .venv/ready data/sample/truth.toml $(wildcard bellwether/sample/*.py)
	$(BIN)/bellwether sample $(EXPORTS)
	touch $@

run: $(EXPORTS)/.written
	$(BIN)/bellwether refresh --exports $(EXPORTS)
	$(BIN)/bellwether serve

test: .venv/ready
	$(BIN)/bellwether check --style
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/bellwether check --style

bench: .venv/ready
	$(BIN)/bellwether bench

# Resolve the direct dependencies of pyproject.toml into requirements.txt, pinned and with hashes.
lock:
	$(BIN)/uv pip compile pyproject.toml --group dev --generate-hashes --no-emit-index-url --allow-unsafe --output-file requirements.txt

# What it is made of, for whoever has to know.
bom: .venv/ready
	$(BIN)/bellwether bom > bom.json

# Take the simulated company out again, before your own exports come in.
empty:
	rm -rf data/warehouse/*

clean:
	rm -rf .venv data/warehouse/* $(EXPORTS)
