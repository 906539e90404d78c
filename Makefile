# `make` alone lists the targets. Everything is installed into .venv; nothing else is touched.

PYTHON ?= python3
VENV   ?= .venv
PY     := $(VENV)/bin/python
PIP     = $(PY) -m pip --disable-pip-version-check
PINNED  = $(PIP) install --constraint constraints.txt --editable

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test lint golden check bench pins clean

help: ## list the targets
	@echo "Kuulolla: a city's participation channel. Start with: make run"
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

run: $(VENV)/.run-ready ## start the service, or the playground without tokens (ARGS="...")
	@$(PY) -m bots run $(ARGS)

test: $(VENV)/.test-ready lint ## run the linter and every test (ARGS="-k polls")
	$(PY) -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile $(ARGS)

lint: $(VENV)/.test-ready ## check the style
	$(PY) -m ruff check .

golden: $(VENV)/.test-ready ## write the golden texts anew (then read them with git diff)
	$(PY) -m pytest tests/golden --update-golden -q

check: $(VENV)/.run-ready ## check settings, city file, database and platforms
	@$(PY) -m bots check $(ARGS)

bench: $(VENV)/.bench-ready ## measure, and write bench/results.json (ONLY=vote runs a part)
	ONLY='$(ONLY)' $(PY) -m bench

pins: $(VENV)/pyvenv.cfg ## resolve the newest allowed versions into constraints.txt
	$(PYTHON) -m venv --clear $(VENV)/pins
	$(VENV)/pins/bin/python -m pip --disable-pip-version-check install --editable '.[test,bench]'
	@{ sed -n '/^#/p' constraints.txt; \
	   $(VENV)/pins/bin/python -m pip freeze --exclude-editable | grep '==' ; \
	} > $(VENV)/constraints.txt
	mv $(VENV)/constraints.txt constraints.txt
	rm -rf $(VENV)/pins

clean: ## remove .venv and caches (var/, with the database, stays)
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is newer than the pins it was installed from: a second `make run` starts at once.
$(VENV)/.run-ready: pyproject.toml constraints.txt | $(VENV)/pyvenv.cfg
	@echo "Installing Kuulolla into $(VENV). This happens once."
	$(PINNED) .
	@touch $@

$(VENV)/.test-ready: pyproject.toml constraints.txt tests/node/package-lock.json | $(VENV)/pyvenv.cfg
	@echo "Installing Kuulolla and its test tools into $(VENV). This happens once."
	$(PINNED) '.[test]'
	$(PY) -m tests.node.install
	@touch $@ $(VENV)/.run-ready

$(VENV)/.bench-ready: pyproject.toml constraints.txt | $(VENV)/pyvenv.cfg
	@echo "Installing Kuulolla and its bench tools into $(VENV). This happens once."
	$(PINNED) '.[bench]'
	@touch $@ $(VENV)/.run-ready

$(VENV)/pyvenv.cfg:
	@command -v $(PYTHON) > /dev/null || \
	  { echo "'$(PYTHON)' was not found. Install Python 3.11 or newer, or name it:" \
	         "make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Kuulolla needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) -V 2>&1)." \
	         "Name another one: make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || \
	  { echo "'$(PYTHON)' cannot make virtual environments." \
	         "On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
