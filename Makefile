# `make help` lists the targets. Everything runs in .venv, which is made on first use.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
BIN := $(CURDIR)/.venv/bin
TESTS ?= quick
.DEFAULT_GOAL := help
.PHONY: help run test lint types bench faults up messages requirements audit clean

help: ## List the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 22

run: .venv/run ## Start Quayside (HOST, PORT, DATA_DIR, ADMIN_USERNAME, ADMIN_PASSWORD, DEMO)
	@cd backend && exec $(BIN)/python -m project.launcher

test: .venv/$(if $(filter all,$(TESTS)),e2e,test) ## Run the tests; TESTS=all adds PostgreSQL, browser, nginx and fuzzing
	@$(BIN)/python -m tests.run $(TESTS) $(ARGS)

lint: .venv/dev ## Check style, types, imports, security and migrations
	@$(BIN)/python -m tests.lint

types: .venv/dev ## Check types alone
	@cd backend && $(BIN)/mypy --config-file ../pyproject.toml .

bench: .venv/test ## Measure; writes benchmarks/results.md
	@$(BIN)/python -m benchmarks.run $(ARGS)

faults: .venv/test ## Kill processes, race and fill disks (a long run)
	@$(BIN)/python -m tests.run faults $(ARGS)

up: ## Start the Compose stack
	docker compose up --build --detach

messages: .venv/run ## Collect and compile translations (needs gettext)
	@cd backend && $(BIN)/python manage.py makemessages --all --no-obsolete && $(BIN)/python manage.py compilemessages

requirements: ## Compile requirements/*.txt from pyproject.toml (needs uv)
	@sh requirements/compile.sh

audit: .venv/dev ## Look for known vulnerabilities (needs the advisory database)
	@$(BIN)/pip-audit --require-hashes --disable-pip -r requirements/run.txt

clean: ## Remove .venv and caches; DATA_DIR stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

# One stamp for each set of requirements; a larger set contains the smaller ones.
.venv/%: requirements/%.txt
	@test -n "$(PYTHON)" || { echo "Quayside needs Python 3.11, 3.12 or 3.13 on PATH." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing requirements/$*.txt …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@
