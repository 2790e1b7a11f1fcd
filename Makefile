# Two commands: `make build` makes the site, `make test` runs every test. Both may be run again at any time.
.PHONY: build test check bench bench-train pictures pretrained browser clean

VENV := .venv
BIN := $(VENV)/bin
FITS := import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))
# The first Python that TensorFlow has wheels for, 3.13 last, as the converter that the tests compare with does not
# install there; `make PYTHON=/path/to/python` chooses another.
PYTHON ?= $(shell for python in python3 python3.12 python3.11 python3.10 python3.13; do \
	$$python -c '$(FITS)' 2>/dev/null && echo $$python && break; done)

build: $(VENV)/installed
	@$(BIN)/digitjs build

test: $(VENV)/installed-dev assets/node_modules/installed browser
	@$(BIN)/python -m pytest -n 2 --dist loadfile

check: $(VENV)/installed-dev assets/node_modules/installed
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports && \
	  PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm --prefix assets run --silent check

clean:
	@if [ -x $(BIN)/digitjs ]; then $(BIN)/digitjs clean; fi
	@rm -rf $(VENV) assets/node_modules tests/node_modules

$(VENV)/bin/python:
	@if [ -z "$(PYTHON)" ]; then \
	  echo "digitjs needs Python 3.10, 3.11, 3.12 or 3.13: install one, or run make PYTHON=/path/to/python." >&2; exit 1; fi
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "$(PYTHON) cannot make a virtual environment: on Debian and Ubuntu, install python3-venv." >&2; exit 1; }

$(VENV)/installed: pyproject.toml | $(VENV)/bin/python
	@echo "Installing digitjs and TensorFlow into $(VENV) (3.4 GB; a minute or two the first time) ..." >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . || { \
	  echo "pip could not install digitjs: its message is above; check the network and run make again." >&2; exit 1; }
	@touch $@

$(VENV)/installed-dev: pyproject.toml | $(VENV)/bin/python
	@echo "Installing digitjs, TensorFlow and the test tools into $(VENV) (3.4 GB) ..." >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]" || { \
	  echo "pip could not install the test tools: its message is above; check the network and run make again." >&2; exit 1; }
	@touch $(VENV)/installed $@

assets/node_modules/installed: assets/package-lock.json | $(VENV)/installed-dev
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm --prefix assets ci --ignore-scripts --silent || { \
	  echo "npm could not install the page's test tools: check the network and run make again." >&2; exit 1; }
	@touch $@

# A browser that is there already, else Debian's for root, else Playwright's own.
browser: $(VENV)/installed-dev
	@$(BIN)/python -m digitjs.browser.launch >/dev/null 2>&1 \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	       && echo "Installing Chromium with apt-get ..." >&2 \
	       && apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; } \
	  || $(BIN)/playwright install chromium \
	  || { $(BIN)/python -m digitjs.browser.launch; exit 1; }

# The README's pictures, of the site in dist/.
pictures: $(VENV)/installed-dev browser
	@$(BIN)/python tests/tools/pictures.py

# The networks that come with the package, trained anew where their recipe has changed.
pretrained: $(VENV)/installed
	@$(BIN)/python tests/tools/pretrained.py

# The site in dist/ beside a stand-in for the usual tutorial page; `make bench ARGS="--json FILE"` keeps the figures.
bench: $(VENV)/installed-dev assets/node_modules/installed browser
	@PYTHONPATH=tests/tools:tests/page $(BIN)/python -m bench $(ARGS)

# How long the networks train, beside the tutorial's recipes and an earlier commit, in ratios; some minutes.
bench-train: $(VENV)/installed
	@$(BIN)/python tests/tools/bench_train.py $(ARGS)
