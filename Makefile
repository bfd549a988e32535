# The commands of this repository; `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test lint demo bench upgrade

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
VERSIONS := tests/constraints.txt
INSTALL := $(PIP) install -q --constraint $(VERSIONS)
# Two workers suit the smallest machine that runs the suite; `make test WORKERS=4` suits a larger one.
WORKERS ?= 2

help:            ## lists these commands
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1\t\2/p' Makefile | expand -t 14

run: .venv/.installed            ## serves the dashboard on http://127.0.0.1:8501, with demonstration data if there is no database
	@$(BIN)/python -m db demo --if-none
	@exec $(BIN)/streamlit run dashboard.py

test: .venv/.installed-for-tests            ## runs every test: on SQLite, on PostgreSQL and in a browser
	@$(BIN)/python tests/find_chromium.py --install || true
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

lint: .venv/.installed-for-tests            ## checks style, format and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

demo: .venv/.installed            ## makes the demonstration database again
	@$(BIN)/python -m db demo --replace

bench: .venv/.installed-for-tests            ## measures how fast the screens and imports are
	@$(BIN)/python -m tests.bench

upgrade:         ## installs the newest releases that requirements.txt allows, runs every test on them and writes down their versions
	@rm -rf .venv
	@$(MAKE) --no-print-directory $(BIN)/pip
	@echo "Installing the newest releases into .venv ..."
	@$(PIP) install -q -r tests/requirements.txt
	@touch .venv/.installed .venv/.installed-for-tests
	@$(MAKE) --no-print-directory test lint
	@{ head -1 $(VERSIONS); $(PIP) freeze; } > $(VERSIONS).new && mv $(VERSIONS).new $(VERSIONS)

# pip is the last thing that `venv` puts into the folder, so a folder without it is unfinished and is made again.
$(BIN)/pip:
	@command -v $(PYTHON) >/dev/null && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed, and $(PYTHON) is not: install it, or name one with PYTHON=, as in make run PYTHON=python3.12." >&2; exit 1; }
	@$(PYTHON) -m venv .venv >/dev/null \
	  || { rm -rf .venv; echo "Python's venv module is missing: install it (on Debian and Ubuntu: apt-get install python3-venv), then run make again." >&2; exit 1; }

.venv/.installed: requirements.txt $(VERSIONS) | $(BIN)/pip
	@echo "Installing what the dashboard needs into .venv ..."
	@$(INSTALL) -r requirements.txt
	@touch $@

.venv/.installed-for-tests: requirements.txt tests/requirements.txt $(VERSIONS) | $(BIN)/pip
	@echo "Installing what the dashboard and its tests need into .venv ..."
	@$(INSTALL) -r tests/requirements.txt
	@touch $@
