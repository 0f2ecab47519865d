# Needs Python 3.11 or newer and make. `make help` lists the targets.

# The interpreter .venv is made from; empty: the first of python3, python3.13, python3.12, python3.11 that is new enough.
PYTHON ?=
# pytest's worker processes: one more than there are processors, because two fifths of the time tests wait for processes
# and disks.
WORKERS ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )))
# `make lock UPGRADE=1` takes the newest versions; without it, versions already locked stay while they fit.
UPGRADE ?=

SHELL := /bin/sh
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --maxprocesses 4

# What an outer shell may have left behind that would change what is installed or run here. Where pip looks for
# packages (its configuration, PIP_INDEX_URL and the like) is the machine's own affair and stays.
unexport VIRTUAL_ENV PYTHONHOME PYTHONPATH PYTHONSAFEPATH PYTHONOPTIMIZE PYTHONWARNINGS PYTHONINSPECT PYTHONSTARTUP
unexport PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX
unexport PIP_REQUIRE_VIRTUALENV PIP_USER PIP_TARGET PIP_PREFIX PIP_ROOT PIP_PYTHON PIP_DRY_RUN PIP_NO_DEPS PIP_PRE
unexport PIP_CONSTRAINT PIP_REQUIREMENT PIP_EDITABLE PIP_REQUIRE_HASHES PIP_NO_BUILD_ISOLATION PIP_IGNORE_INSTALLED
unexport PIP_NO_BINARY PIP_ONLY_BINARY PIP_LOG PIP_REPORT MYPYPATH PYTEST_PLUGINS

.DEFAULT_GOAL := help
.PHONY: help run demo test lint format bench soak screenshots catalogue lock clean FORCE

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

run: .venv/run-ready ## run everything in one process, on SQLite: http://127.0.0.1:8000
	@exec $(BIN)/labkeeper run

demo: .venv/run-ready ## run it on a throw-away board with a team in the middle of its month
	@exec $(BIN)/labkeeper demo

test: .venv/test-ready ## run the test suite, without the long sweeps; ARGS= goes to pytest
	@$(PYTEST) $(ARGS)

lint: .venv/test-ready ## ruff (rules and format) and mypy --strict
	@$(BIN)/python -m ruff check --output-format concise .
	@$(BIN)/python -m ruff format --check .
	@$(BIN)/python -m mypy --strict

format: .venv/test-ready ## let ruff rewrite what it can
	@$(BIN)/python -m ruff check --fix-only -q .
	@$(BIN)/python -m ruff format .

bench: .venv/test-ready ## measure against the named floors
	@$(BIN)/python -m tests.benchmarks $(ARGS)

screenshots: .venv/test-ready ## take pictures of the local chat and the board into build/screenshots (needs Chromium; ARGS=--readme)
	@$(BIN)/python -m tests.screenshots $(ARGS)

soak: .venv/test-ready ## run the long sweeps: kills, zones, fuzz
	@$(PYTEST) -n auto -m soak --timeout 3600 $(ARGS)

catalogue: .venv/test-ready ## write the table of commands in the README and its snapshot anew
	@$(BIN)/python -m tests.catalogue

clean: ## remove .venv and everything else that is made here, but no data
	@rm -rf .venv build dist labkeeper.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# requirements.lock has three sections, told apart by their heading: what `make run` needs, what tests and linters add,
# what the other extras add. pip 25 and older take no hashes from a constraints file, and no pip takes -e beside hashes:
# so the sections needed are cut out and installed with --require-hashes, then the project by itself.
install = \
	echo "Installing $(1)"; \
	sed '/^\# $(2)$$/,$$d' requirements.lock > .venv/requirements.txt && \
	$(PIP) install --require-hashes -r .venv/requirements.txt && \
	$(PIP) install --no-index --no-deps --no-build-isolation -e .

.venv/run-ready: .venv/made requirements.lock pyproject.toml
	@$(call install,what the program needs,test)
	@touch $@

.venv/test-ready: .venv/made requirements.lock pyproject.toml
	@$(call install,what the program$(comma) its tests and the linters need,extras)
	@touch .venv/run-ready $@

comma := ,

# A virtual environment works only where it was made and while its interpreter exists.
made := $(CURDIR) $(PYTHON)
ifneq ($(shell cat .venv/made 2>/dev/null && .venv/bin/python -c ""),$(made))
.venv/made: FORCE
endif

.venv/made:
	@for python in $(or $(PYTHON),python3 python3.13 python3.12 python3.11); do \
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "Labkeeper needs Python 3.11 or newer; $(or $(PYTHON),python3) is not. Name one: make PYTHON=/path/to/python3.12" >&2; \
		exit 1; \
	fi; \
	echo "Making .venv with $$("$$found" --version)"; \
	rm -rf .venv; \
	"$$found" -m venv .venv || { rm -rf .venv; echo "This Python lacks the module venv (on Debian: python3-venv)." >&2; exit 1; }
	@echo '$(made)' > $@

# Resolves everything at once, so that no extra ever asks for another version, and sorts the result into the sections.
COMPILE = "$$tmp/bin/uv" pip compile -q --universal --python-version 3.11 --no-header --no-annotate pyproject.toml -
lock: .venv/made ## resolve the dependencies anew into requirements.lock (needs a package index)
	@set -e; tmp=$$(mktemp -d); trap 'rm -rf "$$tmp"' EXIT; \
	$(BIN)/python -m venv "$$tmp"; "$$tmp/bin/pip" install -q --disable-pip-version-check uv==0.13.9; \
	if [ -f requirements.lock ]; then cp requirements.lock "$$tmp/all"; fi; \
	echo setuptools | $(COMPILE) $(if $(UPGRADE),--upgrade) --all-extras --generate-hashes -o "$$tmp/all" > /dev/null; \
	echo setuptools | $(COMPILE) -c "$$tmp/all" > "$$tmp/run"; \
	echo setuptools | $(COMPILE) -c "$$tmp/all" --extra test --extra lint > "$$tmp/test"; \
	awk 'FNR == 1 { file++ } \
		/^[a-z0-9]/ { split($$1, part, "=="); name = part[1] } \
		file < 3 && !(name in section) { section[name] = file } \
		file == 3 { i = name in section ? section[name] : 3; text[i] = text[i] $$0 "\n" } \
		END { printf "# run\n%s# test\n%s# extras\n%s", text[1], text[2], text[3] }' \
		"$$tmp/run" "$$tmp/test" "$$tmp/all" > "$$tmp/lock"; \
	mv "$$tmp/lock" requirements.lock; \
	echo "requirements.lock: $$(grep -c == requirements.lock) packages"
