# The commands people type. Each brings what it needs: `make demo` in a fresh clone is enough.
PYTHON ?= python3
PY := .venv/bin/python
INSTALLED := .venv/.installed
CATALOGUE := locale/fr/LC_MESSAGES/django.mo
PACKAGES := pole cases assessment protocols alerts desk
# Long proofs have commands of their own.
USUAL := not runtime and not wall

.PHONY: help install demo up test check bench faults wall mutants test-runtime test-mail lock messages clean clean-data

help: ## say what there is
	@sed -n 's/^\([a-z-]*\):.*## /\1: /p' Makefile | awk -F': ' '{ printf "%-14s %s\n", $$1, $$2 }'

install: $(INSTALLED) .env $(CATALOGUE) ## make .venv with everything locked, and a .env with secrets

$(INSTALLED): requirements-dev.txt
	@PYTHON="$(PYTHON)" bash tools/install.sh
	@touch $@

.env:
	@$(PYTHON) tools/secrets_file.py .env

$(CATALOGUE): $(wildcard locale/fr/fragments/*.po) $(INSTALLED)
	@$(PY) tools/messages.py --compile

demo: install ## a synthetic Pôle, one story through the real pipeline, then serve (ONCE=1: stop after the story)
	@$(PY) manage.py demo $(if $(ONCE),--once)

up: install ## start everything and serve, without demonstration data
	@$(PY) manage.py up

test: install ## the suite, without the long proofs (wall, test-runtime, test-mail, faults)
	@bash tools/test.sh "$(USUAL)" -n 2 --dist loadfile --no-loadscope-reorder --durations=15

check: install ## format, lint, types, layers, templates, migrations, translations
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy $(PACKAGES)
	.venv/bin/lint-imports
	.venv/bin/djlint templates --lint --quiet
	$(PY) manage.py check
	$(PY) -W "ignore:Got an error checking a consistent migration history" manage.py makemigrations --check --dry-run
	$(PY) tools/messages.py --check

bench: install ## figures, on this machine
	@$(PY) -m benchmarks

faults: install ## 200 alerts through every fault, on real parts: a table, and exit 1 if any was lost
	@$(PY) -m tests.faults.table

wall: install ## the long proofs of row security
	@$(PY) -m pytest -m wall

mutants: install ## mutation testing of the core: the reading and the conditions (15 minutes)
	@bash tools/mutants.sh

test-runtime: install ## every source of database and broker, parts that die, several workers and beats at once
	@$(PY) -m pytest tests/runtime tests/faults -m "runtime or not runtime"

test-mail: install ## mail through a postfix of the tests' own, TLS required (needs Debian's postfix, and root)
	@test -x /usr/lib/postfix/sbin/master || { echo "postfix is missing: apt-get install --no-install-recommends postfix" >&2; exit 1; }
	@$(PY) -m pytest tests/postfix -m postfix

lock: ## resolve the requirements anew (needs uv)
	@bash tools/lock.sh

messages: install ## merge and compile the French texts
	@$(PY) tools/messages.py

clean: ## remove what install and the tools made; data and secrets stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage htmlcov staticfiles
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -f $(CATALOGUE)

clean-data: ## remove the data that `make demo` and `make up` keep
	@$(PYTHON) tools/remove_data.py
