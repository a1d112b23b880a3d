# Every target does its own set-up: Python 3.11 or newer and make are all that must be there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SET_UP := $(VENV)/.set-up
# What pip says as it goes, in few lines; it fails where pip did.
TELL := awk '/^(Collecting|Processing)/ && !(++n % 20) { print "  " n " are fetched"; fflush() } \
	/^Installing/ { print "  putting them in place"; fflush() } /^all-there/ { well = 1 } END { exit !well }'

.PHONY: sbom setup demo test lint bench fuzz fuzz-guided lock

setup: $(SET_UP)

$(SET_UP): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; say which with: make PYTHON=python3.11"; exit 1; }
	@echo "Setting up, which takes about a minute. 1 of 3: a folder for it, $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@echo "2 of 3: $$(grep -c '==' requirements-dev.lock) packages, with the versions of requirements-dev.lock"
	@{ $(BIN)/python -m pip install --progress-bar off --disable-pip-version-check --require-hashes \
		--requirement requirements-dev.lock && echo all-there; } | $(TELL)
	@echo "3 of 3: Linkbot itself"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@echo "Done. Next: make demo"
	@touch $@

demo: $(SET_UP)
	$(BIN)/linkbot demo $(ARGS)

# The tests start many processes, and whatever the machine's own setting: not each of them is to compile everything anew.
test: $(SET_UP)
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest $(ARGS)

lint: $(SET_UP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(SET_UP)
	$(BIN)/python -m benchmarks.matching $(ARGS)
	$(BIN)/python -m benchmarks.reading
	$(BIN)/python -m benchmarks.locate
	$(BIN)/python -m benchmarks.sync --addresses 10000 --estates 2000
	$(BIN)/python -m benchmarks.sync --crm zoho --contacts 12000

# What runs, as a bill of materials in CycloneDX's JSON, from the lock; it is made, not committed.
sbom: $(SET_UP)
	$(BIN)/uv tool run --quiet --from 'cyclonedx-bom>=7,<8' cyclonedx-py requirements requirements.lock \
		--pyproject pyproject.toml --mc-type application --output-reproducible --of JSON --output-file sbom.json
	@echo "sbom.json: $$(grep -c '"bom-ref"' sbom.json) components"

fuzz: $(SET_UP)
	$(BIN)/python -m benchmarks.fuzz_mail $(ARGS)

# Guided by what the inputs reach in the code; its fuzzer is compiled and only wanted here.
fuzz-guided: $(SET_UP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-fuzz.lock
	$(BIN)/python -m benchmarks.fuzz_guided $(ARGS)

# The locks name versions and hashes, and no address of an index.
lock: $(SET_UP)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --upgrade \
		pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--constraint requirements.lock pyproject.toml --group sandbox --group test --group lint --output-file requirements-dev.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--group fuzz --output-file requirements-fuzz.lock
	echo 'zohocrmsdk8-0>=7,<8' | $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate \
		--no-header - --output-file requirements-zoho-sdk.lock
