# Two commands do everything: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# More than two cores: much of a test is waiting, for a disk, a screen or another process.
WORKERS ?= 4

.PHONY: demo test lint soak bench pictures lock clean

demo: $(VENV)
	@$(BIN)/wor demo

test: $(VENV)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not soak and not bench"

lint: $(VENV)/.lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/pyright

soak: $(VENV)
	WOR_HYPOTHESIS=soak $(BIN)/python -m pytest -m soak

bench: $(VENV)
	$(BIN)/python -m tests.benchmarks

# The pictures in docs/pictures, drawn by the program itself.
pictures: $(VENV)
	$(BIN)/python -m tests.pictures

# The stamp is newer than the lock file as long as nothing changed, so a second run costs nothing.
$(VENV): $(VENV)/.installed
$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 15) else "Python 3.11 to 3.14 is needed; name one: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.lint: $(VENV)/.installed requirements-lint.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-lint.lock
	@touch $@

# Pins every version with its hashes, without an index address; needs `uv`.
lock:
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 --extra test pyproject.toml requirements-build.in --custom-compile-command "make lock" -o requirements.lock
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 --all-extras pyproject.toml requirements-build.in -c requirements.lock --custom-compile-command "make lock" -o requirements-lint.lock

clean:
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .hypothesis
