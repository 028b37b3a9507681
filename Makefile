# Everything that a checkout needs, from nothing but Python >= 3.11 and make.
#   make demo    build the demo project, run it, say where the map is
#   make test    lint, types and tests
# The tools live in .venv; `make clean` takes it away again.

PYTHON ?= python3
VENV   ?= .venv
DEMO   ?= build/demo

ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif

.PHONY: demo test lint test-min lock bench docs clean

$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -c "import sys; sys.exit(None if sys.version_info >= (3, 11) else 'Zongdi needs Python 3.11 or newer; name it with: make PYTHON=python3.12 ...')"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --quiet -c constraints.txt -e ".[test]"
	$(BIN)/python -c "import pathlib; pathlib.Path('$(VENV)/.ready').touch()"

demo: $(VENV)/.ready
	$(BIN)/python -m zongdi demo $(DEMO)

lint: $(VENV)/.ready
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy

test: lint
	$(BIN)/python -m pytest -n auto --dist worksteal

# The oldest versions that pyproject.toml admits, in a virtual environment of their own.
test-min:
	$(PYTHON) -m venv $(VENV)-min
	$(subst $(VENV),$(VENV)-min,$(BIN))/python -m pip install --disable-pip-version-check --quiet uv
	$(subst $(VENV),$(VENV)-min,$(BIN))/python -m uv pip install --python $(subst $(VENV),$(VENV)-min,$(BIN))/python --resolution lowest-direct -e ".[test]"
	$(subst $(VENV),$(VENV)-min,$(BIN))/python -m pytest -n auto --dist worksteal -p no:cacheprovider

# Take the newest versions that pyproject.toml admits and pin them.
lock:
	$(PYTHON) -m venv build/lock
	$(subst $(VENV),build/lock,$(BIN))/python -m pip install --disable-pip-version-check --quiet ".[test]"
	$(subst $(VENV),build/lock,$(BIN))/python docs/write_constraints.py constraints.txt

bench: $(VENV)/.ready
	$(BIN)/python -m pip install --disable-pip-version-check --quiet -e ".[bench]"
	$(BIN)/python benchmarks/buildings_to_parcels.py

docs: $(VENV)/.ready
	$(BIN)/python docs/build_contracts.py

clean:
	$(PYTHON) -c "import shutil; [shutil.rmtree(d, ignore_errors=True) for d in ('$(VENV)', '$(VENV)-min', 'build')]"
