# Two commands do everything on a fresh machine: `make demo` and `make test`.
# Each target makes what it needs first and is instant when that is there already.

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules
.NOTPARALLEL:

BIN := .venv/bin
# Two at a time: tests of one file stay together, so that what they share is made once.
PYTEST_ARGS ?= -n 2 --dist loadfile
LOCKS := requirements/build.txt pyproject.toml
# The Spark packages belong to the tests wherever Java 17 is there to run them.
SPARK := $(shell tools/java.sh)
# The rooms that mypy holds; add one when it is clean.
TYPED := src/rounds/kit
ASSETS := src/rounds/web/static/build

.PHONY: help install demo test test-spark spark-cluster bench soak lint sbom audit docs lock migrations stop clean chromium

help: ## say what can be made
	@grep -E '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 14

install: .venv/.demo $(ASSETS)/.made ## the virtual environment and the browser assets

demo: install ## start the demo: database, server, worker, a synthetic market; prints a log-in link
	@$(BIN)/rounds demo $(DEMO_ARGS)

test: .venv/.test $(SPARK) $(ASSETS)/.made chromium ## everything that proves the product, 30 to 50 minutes on 2 cores
	@$(MAKE) --no-print-directory lint
	@tools/run_tests.sh $(PYTEST_ARGS)

test-spark: .venv/.spark ## the tests on PySpark; fails where Java 17 is absent
	@ROUNDS_SPARK=required tools/run_tests.sh -m spark

spark-cluster: .venv/.spark ## a third of the numbers on a standalone Spark with two workers, over a load set of 20 000 deals
	@test -d var/spark-load || .venv/bin/rounds simulate --load 20000 --out var/spark-load
	@.venv/bin/rounds warehouse spark var/spark-load --workers 2 --compare

bench: .venv/.test $(ASSETS)/.made ## the bars, printed beside their references
	@$(BIN)/python -m bench $(BENCH_ARGS)

soak: .venv/.test $(ASSETS)/.made ## long runs with faults and at scale
	@ROUNDS_SOAK=1 tools/run_tests.sh -m soak --timeout=3600 $(SOAK_ARGS)

lint: .venv/.test ## style, types, which room may import which; floors, licences and secrets
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-logo >.venv/lint-imports.log || { cat .venv/lint-imports.log; exit 1; }
	@$(BIN)/mypy --no-error-summary --ignore-missing-imports --follow-imports=silent $(TYPED)
	@$(BIN)/python tools/floors.py
	@$(BIN)/python tools/licences.py
	@$(BIN)/python tools/leaks.py

sbom: .venv/.test ## what a Rounds is made of, as CycloneDX, in dist/rounds.cdx.json
	@$(BIN)/python tools/sbom.py dist/rounds.cdx.json

audit: .venv/.test ## ask the public advisories about the locked packages (needs the network)
	@$(BIN)/pip-audit --strict --require-hashes --disable-pip -r requirements/demo.txt

docs: .venv/.test ## write docs/requirements.md anew
	@$(BIN)/python tools/proofs.py

lock: ## resolve the packages anew: newest versions, hashes, no registry's address
	@tools/lock.sh --upgrade

migrations: .venv/.test ## make the first migration anew from the models (until the first release)
	@$(BIN)/python tools/migrations.py

stop: ## stop the embedded database of this folder
	@$(BIN)/python -m rounds.kit.postgres stop var/postgres

clean: ## remove what was made, except the database in var/
	@if [ -x $(BIN)/python ] && [ -d var/postgres ]; then $(MAKE) --no-print-directory stop || true; fi
	rm -rf .venv node_modules $(ASSETS) .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache

# ---- what stands behind them: a stamp file for each thing made --------------------------------------------

.venv/.demo: requirements/demo.txt $(LOCKS)
	@tools/venv.sh demo
	@touch $@

.venv/.test: requirements/test.txt $(LOCKS)
	@tools/venv.sh test
	@touch $@ .venv/.demo

.venv/.spark: requirements/spark.txt $(LOCKS)
	@tools/venv.sh spark
	@touch $@ .venv/.test .venv/.demo

node_modules/.made: package-lock.json package.json | .venv/.demo
	@tools/assets.sh fetch
	@touch $@

$(ASSETS)/.made: node_modules/.made $(shell find src/rounds/web/assets src/rounds/web/templates src/rounds/web/templatetags -type f 2>/dev/null)
	@tools/assets.sh build
	@touch $@

chromium: .venv/.test
	@tools/chromium.sh
