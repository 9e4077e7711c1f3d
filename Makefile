# Everything runs in .venv, which `make setup` fills from pyproject.toml alone.
PYTHON ?= python3
BIN := .venv/bin
# Majors to test on, as in `make test-pg PG="14 16"`; without it, those of 15 and 18 that are found.
# Those that `make matrix` has fetched are found.
PG ?=
# Tests start the program many hundred times: it has to be compiled once, not each time.
unexport PYTHONDONTWRITEBYTECODE
# Each process takes a stretch of the tests, so as a rule a major of its own, and helps at the end.
PYTEST := $(BIN)/pytest -q -n 2 --dist worksteal

.PHONY: help setup fmt lint types imports unit check test test-pg matrix laws chaos golden docs bench bench-apply bench-split bench-snapshot bench-diff bench-seed bench-template bench-lint release demo managed-db deploy-demo clean

help:  ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-11s %s\n", $$1, $$2}'

setup: .venv/ready  ## Make .venv and install pgmig with what its tests need

.venv/ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11, 5) else "Python 3.11.5 or newer is needed")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

fmt: setup  ## Format the code
	$(BIN)/ruff format pgmig tests benchmarks action
	$(BIN)/ruff check --fix-only --quiet pgmig tests benchmarks action

lint: setup  ## Formatter and linter, changing nothing
	$(BIN)/ruff format --check pgmig tests benchmarks action
	$(BIN)/ruff check pgmig tests benchmarks action

types: setup  ## mypy, and pyright's checker for LiteralString
	$(BIN)/mypy
	$(BIN)/basedpyright

imports: setup  ## The rooms and their fences
	$(BIN)/lint-imports --no-cache

unit: setup  ## Tests that need no server
	$(BIN)/pytest -q tests/unit

check: lint types imports unit  ## The gate before a commit, under a minute

test: check  ## Everything, on those of PostgreSQL 15 and 18 that are found, or on PG
	PGMIG_TEST_MAJORS="$(PG)" $(PYTEST) --ignore tests/unit

test-pg: setup  ## The tests with a server on given majors: make test-pg PG=16
	PGMIG_TEST_MAJORS="$(PG)" $(PYTEST) --ignore tests/unit

matrix: setup  ## Everything, on 14 to 18; fetches 14, 16 and 17 into .postgres by npm
	.ci/matrix

laws: setup  ## What must hold for every case, on the majors of PG
	PGMIG_TEST_EVERY=1 PGMIG_TEST_MAJORS="$(PG)" $(PYTEST) tests/laws

chaos: setup  ## Kill, cut off and crowd runners in full, figures at the end; fetches PgBouncer
	PG="$(PG)" .ci/chaos

golden: setup  ## Write the golden plans of tests/kinds again: read the difference before you commit
	.ci/golden

docs: setup  ## Write the reference of commands again from their help, and the checklist from tests
	PGMIG_GOLDEN=1 $(BIN)/pytest -q tests/docs/test_reference.py tests/docs/test_rules.py
	PGMIG_GOLDEN=1 PGMIG_TEST_MAJORS=18 $(BIN)/pytest -q tests/docs/test_checklist.py

bench: bench-apply bench-split bench-snapshot bench-diff bench-seed bench-template  ## Those that follow; nothing is asserted

bench-apply: setup  ## Ratios to peers in one run: pgmig up beside psql, dbmate and Alembic
	$(BIN)/python -m benchmarks.apply

bench-split: setup  ## The same for splitting scripts into statements: beside libpg_query
	$(BIN)/python -m benchmarks.split

bench-snapshot: setup  ## The same for reading a database: pgmig snapshot beside pg_dump -s
	$(BIN)/python -m benchmarks.snapshot

bench-diff: setup  ## The same for comparing two databases: pgmig diff beside migra
	$(BIN)/python -m benchmarks.diff

bench-seed: setup  ## The same for a million rows from a file: pgmig seed beside psql's \copy
	$(BIN)/python -m benchmarks.seed

bench-template: setup  ## The same for a test's database: pgmig_database beside createdb -T
	$(BIN)/python -m benchmarks.template

bench-lint: setup  ## The same for lint and trace: beside the bare ways up; make bench-lint SCRIPTS=migrations
	$(BIN)/python -m benchmarks.lint $(or $(SCRIPTS),migrations)

release: check  ## Build the wheel into dist/
	$(BIN)/pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .

demo: setup  ## The whole story of the README, on a server of its own
	.ci/demo

managed-db: setup  ## A managed PostgreSQL on this machine, until Ctrl-C: TLS, no superuser, PgBouncer
	.ci/managed-db

deploy-demo: setup  ## From a pull request to production: the workflows on a managed PostgreSQL
	.ci/deploy-demo

clean:  ## Remove what make made
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .postgres build dist
