# `make demo` and `make test` need Python 3.11 or newer and make; they set up the rest by themselves, in .venv.
PYTHON ?= python3

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
MASTHEAD := $(BIN)/masthead
READY := .venv/.ready
RECORDER := .venv/.recorder
RECORD = PYTHONPATH=tests $(BIN)/python -m recorder

.DEFAULT_GOAL := help
.PHONY: help demo test everywhere lint format docs bench recordings recording cluster cluster-down clean

help:
	@echo "make demo    lint, test and cover the content of this repository"
	@echo "make test    run every test, the content's and the tool's"
	@echo "make everywhere  run every detection on every recording, and hold the result against docs/ledger.json"
	@echo "make lint    lint the content and the code"
	@echo "make format  lay out the KQL in the content, and the code"
	@echo "make docs    write the generated pages below docs/ again, the ledger among them: some minutes"
	@echo "make bench   measure how fast Masthead is"
	@echo "make recordings  record every scenario again; needs Go, takes half an hour"
	@echo "make recording SCENARIO=exec-into-pods  record one of them"
	@echo "make cluster          start the recorder's cluster in the background; make cluster-down stops it"
	@echo "make clean   remove what the others have made"

demo: $(READY)
	@echo "[1/3] Lint: is the content right, and does its KQL bind to the schemas of the tables?"
	@$(MASTHEAD) lint
	@echo
	@echo "[2/3] Test: does each rule fire on the attack and stay silent on the rest?"
	@$(MASTHEAD) test
	@echo
	@echo "[3/3] Coverage: which risks are addressed, with which logs, and what proves it?"
	@echo
	@$(MASTHEAD) coverage
	@echo
	@echo "The content is clean, its cases pass, and the matrix above says what it covers."
	@echo "Next: CONTRIBUTING.md adds a detection in five minutes; $(MASTHEAD) --help lists the commands."

test: $(READY)
	@$(BIN)/pytest -n auto --masthead-ledger docs/ledger.json

# Each detection on each recording takes a quarter of an hour on two cores; on GitHub it is a job of its own.
everywhere: $(READY)
	@$(BIN)/pytest tests/detections -n auto --masthead-everywhere --masthead-ledger docs/ledger.json

lint: $(READY)
	@$(MASTHEAD) lint
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

format: $(READY)
	@$(MASTHEAD) format
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

docs: $(READY)
	@$(BIN)/python docs/generate.py

bench: $(READY)
	@$(BIN)/python benchmarks/lint.py
	@$(BIN)/python benchmarks/cases.py
	@$(BIN)/python benchmarks/day.py
	@$(BIN)/python benchmarks/coverage.py
	@$(BIN)/python benchmarks/translate.py

# Both need Go: the control plane's programs are built once, in some minutes, and kept in the user's cache.
recordings: $(RECORDER)
	@$(RECORD) record

recording: $(RECORDER)
	@test -n "$(SCENARIO)" || { $(RECORD) list; echo; echo "Name one: make recording SCENARIO=..."; exit 2; }
	@$(RECORD) record $(SCENARIO) $(if $(INTO),--into $(INTO))

cluster: $(RECORDER)
	@$(RECORD) up

cluster-down: $(RECORDER)
	@$(RECORD) down

clean:
	rm -rf .venv .masthead .pytest_cache .ruff_cache .hypothesis build dist

# Made once, and again when pyproject.toml changes.
$(READY): pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null || { \
	  echo "Masthead needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>/dev/null || echo missing)."; \
	  echo "Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Setting up .venv (once; it takes about a minute)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { \
	  echo "Python could not make a virtual environment. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@echo "  installing Masthead and what it builds on"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@touch $@
	@echo "  done"
	@echo

$(RECORDER): $(READY)
	@echo "Setting up the recorder (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev,recorder]"
	@touch $@
