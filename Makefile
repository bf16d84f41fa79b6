# Two commands: `make build` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
SUPERSET := .venv-superset
BIN := $(VENV)/bin
PAGE_VIEWS ?= 200000
SEED ?= 7
TABLE ?=
SITE ?=
OLDER_DUCKDB := 1.4.5   # Tests open what is published with it too.
export DO_NOT_TRACK := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
unexport TOUCHSTONE_TARGET   # What is made is the working database, whatever `mf` is asked of (docs/metrics.md).

.PHONY: help build dashboards serve docs ask test test-superset superset-bundle lint chromium land simulate soak truth
.PHONY: bench bench-all bench-landing bench-identity bench-attribution clean
.DEFAULT_GOAL := help

help:  ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-18s %s\n", $$1, $$2}'

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Touchstone needs Python 3.11 or newer; point PYTHON at one: make build PYTHON=python3.12"; exit 1; }
	@echo "Creating $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { echo "python3 cannot make a virtual environment; on Debian: apt-get install python3-venv"; exit 1; }

$(VENV)/.installed: requirements.txt constraints.txt | $(VENV)/bin/python
	@echo "Installing pinned dependencies into $(VENV) (once, about a minute)"
	@$(BIN)/python -m pip install --quiet -r requirements.txt -c constraints.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "Installing the test tools into $(VENV)"
	@$(BIN)/python -m pip install --quiet -r requirements-dev.txt -c constraints.txt
	@$(BIN)/python -m pip install --quiet --upgrade --target $(VENV)/duckdb-1.4 duckdb==$(OLDER_DUCKDB)
	@touch $@

$(VENV)/.installed-bench: requirements-bench.txt $(VENV)/.installed
	@echo "Installing and compiling the package to compare with into $(VENV) (needs a C++ compiler)"
	@$(BIN)/python -m pip install --quiet -r requirements-bench.txt -c constraints.txt
	@touch $@

build: $(VENV)/.installed  ## Simulate data if there is none, land it, build and test every model, sum up
	@$(BIN)/python scripts/build.py --page-views $(PAGE_VIEWS) --seed $(SEED)

dashboards: $(VENV)/.installed  ## A page per dashboard and method from what is published, into site/
	@$(BIN)/python scripts/dashboards.py

serve: $(VENV)/.installed  ## The same dashboards live, with every filter
	@$(BIN)/dct serve --no-cache $(if $(PORT),--port $(PORT))

docs: $(VENV)/.installed  ## Every model and column, and where the columns come from, into site/docs
	@$(BIN)/python scripts/docs_site.py

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

chromium:
	@command -v "$${CHROMIUM:-chromium}" > /dev/null || { echo "Installing Chromium for the browser tests (apt-get)"; \
		as_root=$$(test "$$(id -u)" = 0 || echo sudo); \
		{ $$as_root apt-get update -qq && $$as_root apt-get install -y -qq --no-install-recommends chromium; } > /dev/null || \
		{ echo "Chromium could not be installed; install it, or name one: make test CHROMIUM=/path/to/chrome"; exit 1; }; }

test: lint chromium  ## Everything CI runs: linters, pytest, a small world built with all its tests, the Snowflake checks
	@PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

# Superset needs other versions of what dbt needs, so it has an environment of its own.
$(SUPERSET)/.installed: requirements-superset.txt constraints-superset.txt
	@echo "Installing Superset into $(SUPERSET) (once, some minutes, 1 GB)"
	@$(PYTHON) -m venv $(SUPERSET)
	@$(SUPERSET)/bin/python -m pip install --quiet -r requirements-superset.txt -c constraints-superset.txt
	@touch $@

superset-bundle: $(VENV)/.installed  ## Write the dashboard for your Superset server: make superset-bundle PUBLISHED=/srv/touchstone.duckdb
	@$(BIN)/python scripts/superset_bundle.py $(if $(PUBLISHED),--database $(PUBLISHED))

test-superset: $(VENV)/.installed $(SUPERSET)/.installed  ## Import the bundle into a real Superset and ask every chart; not part of `make test`
	@TOUCHSTONE_PYTHON="$(abspath $(BIN))/python" $(SUPERSET)/bin/python -m pytest tests/superset

truth: $(VENV)/.installed  ## Which method tells the truth, on simulated worlds (half an hour): make truth SEEDS=20 SHAPES=retargeting
	@$(BIN)/python scripts/truth.py --seeds $(or $(SEEDS),20) $(if $(SHAPES),--shapes $(SHAPES))

soak: $(VENV)/.installed-dev  ## Many random splits of the same events against a full refresh (long): make soak EXAMPLES=200
	@PATH="$(abspath $(BIN)):$$PATH" TOUCHSTONE_SPLIT_EXAMPLES=$(or $(EXAMPLES),100) $(BIN)/python -m pytest tests/python/test_incremental_equals_full.py -s

bench: $(VENV)/.installed  ## The whole path beside DuckDB alone, 5 minutes and 2 GB: make bench N=1000000
	@$(BIN)/python scripts/bench.py $(or $(N),1000000) $(BENCH)

bench-landing: $(VENV)/.installed  ## Landing against DuckDB's bare readers: make bench-landing N=10000000
	@$(BIN)/python scripts/bench_landing.py $(or $(N),1000000)

bench-identity: $(VENV)/.installed  ## Identity on many links, seconds and memory: make bench-identity EDGES=5000000
	@$(BIN)/python scripts/bench_identity.py $(or $(EDGES),5000000)

bench-attribution: $(VENV)/.installed-bench  ## Markov and Shapley against ChannelAttribution, seconds and memory: make bench-attribution JOURNEYS=200000
	@$(BIN)/python scripts/bench_attribution.py $(or $(JOURNEYS),200000) --memory-journeys $(or $(MEMORY_JOURNEYS),10000000)

bench-all:  ## The other three benches, of a size that takes minutes; each alone takes more
	@$(MAKE) --no-print-directory bench-landing
	@$(MAKE) --no-print-directory bench-identity EDGES=$(or $(EDGES),500000)
	@$(MAKE) --no-print-directory bench-attribution MEMORY_JOURNEYS=$(or $(MEMORY_JOURNEYS),1000000)

clean:  ## Remove what was built, but not data/
	@rm -rf target logs published site *.duckdb *.duckdb.wal
