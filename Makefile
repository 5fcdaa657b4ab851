# `make help` lists the targets. Everything runs in .venv, which is made on first use.
# The first Python that will do; that of .venv itself goes first, for it is the one that was chosen before.
ifndef PYTHON
PYTHON := $(shell for p in .venv/bin/python python3.11 python3.12 python3.13 python3 python; do $$p -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
endif
INSTALL = @$(if $(PYTHON),$(PYTHON) requirements/install.py,echo "Quayside needs Python 3.11, 3.12 or 3.13 with venv on PATH." >&2; false)
BIN := "$(CURDIR)/.venv/bin"
TESTS ?= quick
.DEFAULT_GOAL := help
.PHONY: help run test lint types bench faults up messages requirements audit clean

help: ## List the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 22

run: ## Start Quayside (HOST, PORT, DATA_DIR, ADMIN_USERNAME, ADMIN_PASSWORD, DEMO)
	$(INSTALL) run
	@cd backend && exec $(BIN)/python -m project.launcher

test: ## Run the tests; TESTS=all adds PostgreSQL, browser, nginx and fuzzing
	$(INSTALL) $(if $(filter all,$(TESTS)),e2e,test)
	@$(BIN)/python -m tests.run $(TESTS) $(ARGS)

lint: ## Check style, types, imports, security and migrations
	$(INSTALL) dev
	@$(BIN)/python -m tests.lint

types: ## Check types alone
	$(INSTALL) dev
	@cd backend && $(BIN)/mypy --config-file ../pyproject.toml .

bench: ## Measure; writes benchmarks/results.md
	$(INSTALL) test
	@$(BIN)/python -m benchmarks.run $(ARGS)

faults: ## Kill processes, race and fill disks (a long run)
	$(INSTALL) test
	@$(BIN)/python -m tests.run faults $(ARGS)

up: ## Start the Compose stack
	docker compose up --build --detach

messages: ## Collect and compile translations (needs gettext)
	$(INSTALL) run
	@cd backend && $(BIN)/python manage.py makemessages --all && $(BIN)/python manage.py compilemessages

requirements: ## Compile requirements/*.txt from pyproject.toml (needs uv)
	@sh requirements/compile.sh $(ARGS)

audit: ## Look for known vulnerabilities (needs the advisory database)
	$(INSTALL) dev
	@$(BIN)/pip-audit --require-hashes --disable-pip -r requirements/run.txt

clean: ## Remove .venv and caches; DATA_DIR stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
