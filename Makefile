# Everything one does with the portal from a shell. `make` alone prints this list.
#
# What a target needs is made first and remembered in stamp files, so that the second time takes
# seconds. Nothing of the system is touched: Python packages go to .venv/, front-end parts to
# node_modules/ and static/vendor/, compiled translations beside their sources.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.SUFFIXES:
MAKEFLAGS += --no-print-directory

VENV ?= .venv
# The programs of the environment are started as modules: a checkout may be moved.
PY := $(VENV)/bin/python
BABEL := $(PY) -m babel.messages.frontend --quiet

RUNTIME := $(VENV)/runtime.stamp
DEVELOPMENT := $(VENV)/development.stamp
NODE_MODULES := node_modules/.package-lock.json
VENDOR := static/vendor/.built
COMPRESSED := $(VENV)/compressed.stamp
OWN_FILES := $(wildcard static/css/*.css static/js/*.js static/img/*.svg)
CATALOGUES := $(wildcard translations/*/LC_MESSAGES/*.po)
COMPILED := $(CATALOGUES:.po=.mo)
READY := $(RUNTIME) $(VENDOR) $(COMPRESSED) $(COMPILED)
ALL := $(READY) $(DEVELOPMENT)

# What `make test` leaves to targets of their own.
QUICK := not browser and not states and not fuzz and not slow
JOBS ?= 2
PYTEST := $(PY) -m pytest
# Whatever the shell has exported, these mean SQLite.
ON_SQLITE := env -u TEST_DATABASE_URL
# More words for pytest: make test ARGS='tests/points -k lots'
ARGS ?=

##@ Run

.PHONY: run
run: $(READY) ## Start the portal on http://127.0.0.1:8000 (HOST, PORT); sets up what is missing
	@exec $(PY) run.py

.PHONY: setup
setup: $(ALL) ## Set up all that running and testing need, and nothing else
	@echo "==> Ready: make run, make test, make check"

##@ Test

.PHONY: test
test: $(ALL) ## Run the tests on SQLite (ARGS='tests/points -k lots' for some of them)
	$(ON_SQLITE) $(PYTEST) -n $(JOBS) -m "$(QUICK)" $(ARGS)

.PHONY: test-postgres
test-postgres: $(ALL) ## The same on PostgreSQL: TEST_DATABASE_URL, or one started for the moment
	$(WITH_POSTGRES) $(PYTEST) -n $(JOBS) -m "$(QUICK)" $(ARGS)

.PHONY: test-slow
test-slow: $(ALL) ## Races, kill -9 and long property tests, on SQLite
	$(ON_SQLITE) $(PYTEST) -n $(JOBS) -m "slow and not browser and not fuzz" --durations=10 $(ARGS)

.PHONY: test-slow-postgres
test-slow-postgres: $(ALL) ## The same on PostgreSQL
	$(WITH_POSTGRES) $(PYTEST) -n $(JOBS) -m "slow and not browser and not fuzz" --durations=10 $(ARGS)

# In the order of the files: the walk over all pages takes longest, so it begins at once.
.PHONY: test-browser
test-browser: $(ALL) ## Drive Chromium: the loop, every page in every state, accessibility
	$(ON_SQLITE) $(PYTEST) -n $(JOBS) --dist loadscope --no-loadscope-reorder -m "browser or states" $(or $(ARGS),tests/browser)

.PHONY: test-states
test-states: $(ALL) ## The part of it that looks at pages in every state
	$(ON_SQLITE) $(PYTEST) -m states $(or $(ARGS),tests/browser)

.PHONY: test-browser-postgres
test-browser-postgres: $(ALL) ## The loop in Chromium on PostgreSQL, with two server processes
	$(WITH_POSTGRES) $(PYTEST) -m browser $(or $(ARGS),tests/browser/test_the_loop.py)

.PHONY: test-fuzz
test-fuzz: $(ALL) ## Send generated requests to every operation of the API
	$(ON_SQLITE) $(PYTEST) -n $(JOBS) -m fuzz $(or $(ARGS),tests/api)

.PHONY: coverage
coverage: $(ALL) ## Run the tests and show what no test reaches
	$(PYTEST) -n $(JOBS) -m "$(QUICK)" --cov --cov-report=term $(ARGS)

##@ Check

.PHONY: check
check: lint types imports templates migrate-check i18n-check ## All checks that need no test
	@echo "==> All checks passed"

.PHONY: lint
lint: $(DEVELOPMENT) ## Style and likely mistakes (ruff)
	@echo "==> ruff"
	@$(PY) -m ruff check
	@$(PY) -m ruff format --check

.PHONY: types
types: $(RUNTIME) $(DEVELOPMENT) ## Types (mypy, strict)
	@echo "==> mypy"
	@$(PY) -m mypy

.PHONY: imports
imports: $(DEVELOPMENT) ## Who imports whom (import-linter)
	@echo "==> import-linter"
	@$(VENV)/bin/lint-imports --no-logo

.PHONY: templates
templates: $(DEVELOPMENT) ## Templates (djlint)
	@echo "==> djlint"
	@$(PY) -m djlint --lint --quiet templates

.PHONY: migrate-check
migrate-check: $(READY) ## Migrations: one head, up, down and up again, equal to the models
	@echo "==> migrations"
	@$(ON_SQLITE) $(PY) scripts/check_migrations.py

.PHONY: migrate-check-postgres
migrate-check-postgres: $(READY) ## The same on PostgreSQL
	@echo "==> migrations on PostgreSQL"
	@$(WITH_POSTGRES) $(PY) scripts/check_migrations.py

.PHONY: i18n-check
i18n-check: $(RUNTIME) ## Catalogues: nothing missing, stale, fuzzy or with other placeholders
	@echo "==> catalogues"
	@$(PY) scripts/catalogues.py check

.PHONY: format
format: $(DEVELOPMENT) ## Put the code into its form (ruff)
	@$(PY) -m ruff check --fix-only --quiet
	@$(PY) -m ruff format

##@ Measure

.PHONY: bench
bench: $(ALL) ## Measure requests per second, p50/p99 and CPU on both databases (docs/performance.md)
	$(PY) -m bench $(ARGS)

.PHONY: bench-ballots
bench-ballots: $(ALL) ## Measure closing and counting 100,000 ballots of each method
	$(PY) -m bench.ballots $(ARGS)

##@ Keep up

.PHONY: i18n
i18n: $(RUNTIME) ## Bring the catalogues up to the texts in code and templates
	@$(PY) scripts/catalogues.py update

.PHONY: lock
lock: ## Choose the newest versions that fit, and write the hash-locked lists (needs uv)
	@sh -c 'for list in requirements requirements-dev requirements-node; do \
	    echo "==> $$list.txt"; \
	    $(LOCK) $$list.in --output-file $$list.txt || exit 1; done'

.PHONY: clean
clean: ## Remove all that the set-up made; the portal's data in instance/ stays
	rm -rf $(VENV) node_modules static/vendor $(COMPILED)
	find static -name '*.br' -delete -o -name '*.gz' -delete
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage

.PHONY: help
help: ## This list
	@awk 'BEGIN { FS = ":.*## " } \
	    /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	    /^[a-z0-9-]+:.*## / { printf "  make %-23s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

LOCK := uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
    --no-header --no-emit-index-url --no-emit-find-links
# An address given from outside is used as it is; otherwise a PostgreSQL is started and thrown away.
WITH_POSTGRES := $(if $(filter postgres%,$(TEST_DATABASE_URL)),, \
    $(PY) scripts/throwaway_postgres.py --as TEST_DATABASE_URL --)

# --- The set-up step ------------------------------------------------------------------------------

# The first of these that is new enough; PYTHON=… chooses another.
PYTHON ?= $(firstword $(shell for python in python3 python3.11 python3.12 python3.13 python3.14; do \
    $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python; \
    done; true))  # make discards what a shell with status 127 has said

$(VENV)/bin/pip:
	@echo "==> Making a virtual environment in $(VENV)/ (a few seconds)"
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	    echo "$(PYTHON) cannot make environments (Debian: apt install python3-venv)." >&2; exit 1; }

$(RUNTIME): requirements.txt | $(VENV)/bin/pip
	@echo "==> Installing what the portal runs on (about half a minute, more on a slow line)"
	@$(PY) scripts/install_requirements.py requirements.txt
	@touch $@

$(DEVELOPMENT): requirements-dev.txt $(RUNTIME)
	@echo "==> Installing what tests and checks need (about half a minute)"
	@$(PY) scripts/install_requirements.py requirements-dev.txt
	@touch $@

$(NODE_MODULES): package-lock.json requirements-node.txt | $(RUNTIME)
	@echo "==> Fetching the front-end parts (some ten seconds)"
	@$(PY) scripts/install_front_end.py
	@touch $@

$(VENDOR): $(NODE_MODULES) scripts/icons.txt scripts/build_vendor_assets.py
	@echo "==> Building static/vendor/ (a few seconds)"
	@$(PY) scripts/build_vendor_assets.py
	@touch $@

# Once more for every change: a twin that is older than its file is not served.
$(COMPRESSED): $(VENDOR) $(OWN_FILES)
	@echo "==> Compressing static/"
	@$(PY) -m whitenoise.compress --quiet static
	@touch $@

%.mo: %.po | $(RUNTIME)
	@echo "==> Compiling $<"
	@$(BABEL) compile --input-file=$< --output-file=$@
