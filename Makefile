# The two commands are `make run` and `make test`; `make help` lists the rest.
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.DEFAULT_GOAL := help
.PHONY: help run test lint format bench bench-mail bench-matching bench-planning bench-twinning assets translations migrate lock screenshots clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

run: $(VENV)/.run-stamp ## set up and serve the portal with demo data and its worker
	@PORTAL_ENV=$${PORTAL_ENV:-demo} exec $(BIN)/python -m flask --app wsgi up

test: $(VENV)/.test-stamp ## set up and run every test
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(VENV)/.test-stamp ## ruff, mypy, djlint, the asset manifest, the workflow page
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/python assets/check_manifest.py
	PORTAL_ENV=test DATA_DIR=$(VENV)/lint-data $(BIN)/python -m flask --app wsgi workflows --check

format: $(VENV)/.test-stamp ## put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.test-stamp ## measure pages against a bare-Flask floor (some minutes)
	$(BIN)/python -m benchmarks

bench-mail: $(VENV)/.test-stamp ## measure how fast letters leave, and forms with a silent mail server (some minutes)
	$(BIN)/python -m benchmarks.mail

bench-matching: $(VENV)/.test-stamp ## measure the ranked list of speakers (a minute)
	$(BIN)/python -m benchmarks.matching

bench-planning: $(VENV)/.test-stamp ## measure a plan of many meetings, beside a greedy one (a minute)
	$(BIN)/python -m benchmarks.planning

bench-twinning: $(VENV)/.test-stamp ## measure the ranked list of twins, and a pairing of all (a few seconds)
	$(BIN)/python -m benchmarks.twinning

assets: ## rebuild the style sheet, scripts and pictures (needs Node 20.19 or newer)
	cd assets && npm ci && npm run build

translations: $(VENV)/.test-stamp ## gather the texts of all pages and compile the Ukrainian ones
	$(BIN)/pybabel extract --mapping-file babel.cfg --keywords "N_ _l lazy_gettext" --add-location file --project ukraine-solidarity-portal --version 1 --output $(VENV)/messages.pot .
	$(BIN)/pybabel update --input-file $(VENV)/messages.pot --output-dir portal/translations --locale uk --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 110
	$(BIN)/pybabel compile --directory portal/translations --locale uk

migrate: $(VENV)/.run-stamp ## bring the database up to date
	$(BIN)/python -m flask --app wsgi prepare

screenshots: $(VENV)/.test-stamp ## take the README's pictures again (needs Chromium)
	$(BIN)/python -m docs.take_screenshots

lock: $(VENV)/.run-stamp ## choose the newest allowed versions of all requirements
	$(BIN)/uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" requirements.in -o requirements.txt
	$(BIN)/uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" requirements-dev.in -o requirements-dev.txt

clean: ## remove the virtual environment (the data folder stays)
	rm -rf $(VENV)

$(VENV)/.made:
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer is missing: install python3 (Debian, Ubuntu: sudo apt install python3 python3-venv)."; exit 1; fi
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python lacks venv: sudo apt install python3-venv (Debian, Ubuntu)."; exit 1; }
	@echo "Making the virtual environment ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv || echo "uv is not to be had; pip will do."
	@touch $@

$(VENV)/.run-stamp: $(VENV)/.made requirements.txt
	@echo "Installing requirements ..."
	@if [ -x $(BIN)/uv ]; then $(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements.txt; else $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt; fi
	@touch $@

$(VENV)/.test-stamp: $(VENV)/.run-stamp requirements-dev.txt
	@echo "Installing what the tests need ..."
	@if [ -x $(BIN)/uv ]; then $(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements-dev.txt; else $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt; fi
	@touch $@
