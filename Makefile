# Two commands: `make build` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PAGE_VIEWS ?= 200000
SEED ?= 7
TABLE ?=
SITE ?=
OLDER_DUCKDB := 1.4.5   # Tests open what is published with it too.
export DO_NOT_TRACK := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help build ask test lint land simulate soak bench-landing bench-identity truth clean
.DEFAULT_GOAL := help

help:  ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Touchstone needs Python 3.11 or newer; point PYTHON at one: make build PYTHON=python3.12"; exit 1; }
	@echo "Creating $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { echo "python3 cannot make a virtual environment; on Debian: apt-get install python3-venv"; exit 1; }

$(VENV)/.installed: requirements.txt constraints.txt | $(VENV)/bin/python
	@echo "Installing pinned dependencies into $(VENV) (once, under a minute)"
	@$(BIN)/python -m pip install --quiet -r requirements.txt -c constraints.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "Installing the test tools into $(VENV)"
	@$(BIN)/python -m pip install --quiet -r requirements-dev.txt -c constraints.txt
	@$(BIN)/python -m pip install --quiet --upgrade --target $(VENV)/duckdb-1.4 duckdb==$(OLDER_DUCKDB)
	@touch $@

build: $(VENV)/.installed  ## Simulate data if there is none, land it, build and test every model, sum up
	@$(BIN)/python scripts/build.py --page-views $(PAGE_VIEWS) --seed $(SEED)

ask: $(VENV)/.installed  ## Answer a worked question of analyses/: make ask Q=the_january_click
	@$(BIN)/python scripts/ask.py $(Q)

land: $(VENV)/.installed  ## Land your own files: make land FILES='exports/*.ndjson.gz' TABLE=page_views
	@test -n "$(FILES)" || { echo "Say which files: make land FILES='exports/*.ndjson.gz' TABLE=page_views"; exit 2; }
	@$(BIN)/python scripts/land.py $(if $(TABLE),--table $(TABLE)) $(if $(SITE),--site $(SITE)) $(FILES)

simulate: $(VENV)/.installed  ## Write a simulated company's files: make simulate PAGE_VIEWS=1000000
	@$(BIN)/python scripts/simulate.py --page-views $(PAGE_VIEWS) --seed $(SEED) --out data/landing --truth data/truth

lint: $(VENV)/.installed-dev  ## Ruff, yamllint, sqlfluff
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/yamllint --strict .
	@PATH="$(abspath $(BIN)):$$PATH" TOUCHSTONE_DATABASE=:memory: $(BIN)/sqlfluff lint --processes 2 models analyses tests

test: lint  ## Everything CI runs: linters, pytest, a small world built with all its tests, the Snowflake checks
	@PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python -m pytest

truth: $(VENV)/.installed  ## Which method tells the truth, on simulated worlds (half an hour): make truth SEEDS=20 SHAPES=retargeting
	@$(BIN)/python scripts/truth.py --seeds $(or $(SEEDS),20) $(if $(SHAPES),--shapes $(SHAPES))

soak: $(VENV)/.installed-dev  ## Many random splits of the same events against a full refresh (long): make soak EXAMPLES=200
	@PATH="$(abspath $(BIN)):$$PATH" TOUCHSTONE_SPLIT_EXAMPLES=$(or $(EXAMPLES),100) $(BIN)/python -m pytest tests/python/test_incremental_equals_full.py -s

bench-landing: $(VENV)/.installed  ## Landing against DuckDB's bare readers: make bench-landing N=10000000
	@$(BIN)/python scripts/bench_landing.py $(or $(N),1000000)

bench-identity: $(VENV)/.installed  ## Identity on many links, seconds and memory: make bench-identity EDGES=5000000
	@$(BIN)/python scripts/bench_identity.py $(or $(EDGES),5000000)

clean:  ## Remove what was built, but not data/
	@rm -rf target logs published *.duckdb *.duckdb.wal
