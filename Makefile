# `make` sets up and renders, `make test` sets up and tests. `make help` lists the rest.

# the first Python that runs and is not too old; override with: make PYTHON=/path/to/python3
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
  "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v "$$name"; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# not the script beside it, whose first line cannot name a path with quotes
MANUSCRIPT := $(BIN)/python -m manuscript
# what `make diff` compares with; override with: make diff OLD=v1.0
OLD ?= main

# what `make update` merges, and what `make mergeable` asks about
FROM ?= origin/main
PULL ?= HEAD

# tests start many processes: each would compile the program anew
unexport PYTHONDONTWRITEBYTECODE
# in as many processes as there are processors; who has nothing left takes half of what another still has to do
PYTEST := $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal --durations 10

.DEFAULT_GOAL := render
.PHONY: render test test-slow test-rest test-fast setup prepare preview check lint format diff archive bench picture inspectors ci lock clean help update mergeable

render: $(STAMP) ## set up, prepare and render the article in all formats (the default)
	@$(MANUSCRIPT) render

test: $(STAMP) ## set up and run the tests, the slow ones left out
	@$(PYTEST)

test-slow: $(STAMP) ## run the slow tests
	@$(PYTEST) -m slow

test-rest: $(STAMP) ## run the slow tests, and those that call validators, which `make inspectors` and .ci/run install
	@$(PYTEST) -m "slow or validators"

test-fast: $(STAMP) ## run the tests that name what differs from OLD (default main)
	@$(PYTEST) --concerned $(OLD) || test $$? = 5  # 5: there are none

setup: $(STAMP) ## make .venv and install what requirements.lock pins

prepare: $(STAMP) ## check the ledger; make variables, tables and figures
	@$(MANUSCRIPT) prepare

preview: $(STAMP) ## show the article in a browser, and every edit at once
	@$(MANUSCRIPT) preview

check: $(STAMP) ## check the article: numbers, references, ledger, language, outputs
	@$(MANUSCRIPT) check

lint: $(STAMP) ## check the style and the types of the code
	@$(BIN)/ruff check scripts tests bench
	@$(BIN)/ruff format --check scripts tests bench
	@$(BIN)/mypy

format: $(STAMP) ## format the code
	@$(BIN)/ruff check --fix scripts tests bench
	@$(BIN)/ruff format scripts tests bench

diff: $(STAMP) ## show what changed since OLD (a revision; default main): build/diff/
	@$(MANUSCRIPT) diff $(OLD)

update: $(STAMP) ## merge FROM (default origin/main) into this branch, record by record; make what is made anew
	@git fetch --quiet origin 2>/dev/null || true
	@git merge --no-edit $(FROM)
	@$(MANUSCRIPT) prepare

mergeable: ## say whether the commit PULL merges without `make update`, as GitHub's button does it
	@git fetch --quiet origin $(PULL) 2>/dev/null || true
	@python3 scripts/manuscript/merge.py --ask $(PULL)

archive: $(STAMP) ## pack sources, ledger, outputs and provenance as an RO-Crate: build/ro-crate.zip
	@$(MANUSCRIPT) archive

bench: $(STAMP) ## measure how fast it is, beside the revision BEFORE where one is given; writes bench/
	@$(BIN)/python -m bench

picture: $(STAMP) ## draw README's picture from the rendered article (needs Chromium)
	@PYTHONPATH=tests $(BIN)/python tests/picture.py

inspectors: node_modules/.installed ## install the validators that the tests call where they find them (needs npm)

ci: ## the whole check, as on a fresh Debian machine (as root it installs the validators)
	@.ci/run

node_modules/.installed: package-lock.json
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

lock: ## pin requirements.in anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  --no-emit-index-url -o requirements.lock requirements.in

clean: ## remove what is made, but not the environment
	rm -rf _manuscript build _variables.yml figures/*.png

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 12

# the stamp is written last, so an interrupted installation is repeated
$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" && "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed. Install it, or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) || { echo "Python's venv module is missing (on Debian: apt install python3-venv)." >&2; exit 1; }
	@echo "installing into $(VENV) (some minutes, once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@git config merge.records.driver 'python3 scripts/manuscript/merge.py %O %A %B %P' 2>/dev/null || true
	@touch $(STAMP)
