# Two commands: make run, make test. Both need Python 3.11 or newer and nothing else.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
  command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
HOST ?= 127.0.0.1
PORT ?= 8000

.PHONY: run test lint types imports tests browser docs screenshots bench lock clean

run: .venv/.ready
	$(BIN)/python -m app migrate
	$(BIN)/python -m app demo --if-empty
	$(BIN)/python -m app serve --host $(HOST) --port $(PORT) --links

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.ready: requirements.txt pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@

.venv/.test-ready: requirements-test.txt .venv/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	touch $@

# The tests drive the system's Chromium; where there is none it comes from the system's packages.
browser:
	@command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 \
	  || command -v google-chrome >/dev/null 2>&1 || { \
	  echo "No Chromium here: installing it from the system's packages"; \
	  SUDO=$$( [ "$$(id -u)" = 0 ] || echo sudo ); \
	  $$SUDO apt-get update -qq && $$SUDO apt-get install -y -qq --no-install-recommends chromium; }

test: lint types imports tests

lint: .venv/.test-ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/.test-ready
	$(BIN)/mypy

imports: .venv/.test-ready
	$(BIN)/lint-imports

tests: .venv/.test-ready browser
	$(BIN)/python -m pytest -n 2 --dist worksteal

docs: .venv/.ready
	$(BIN)/python -m app docs

screenshots: .venv/.test-ready browser
	$(BIN)/python -m tests.browser.screenshots

bench: .venv/.test-ready
	$(BIN)/python -m bench.run

# After a change of requirements.in or requirements-test.in: pin all that they need, by hash.
lock: .venv/.test-ready
	for name in requirements requirements-test; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-emit-index-url --no-emit-find-links $$name.in -o $$name.txt || exit 1; done

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
