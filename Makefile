# SPDX-License-Identifier: EUPL-1.2
# Everything a developer or an operator starts by hand. `make help` lists it.
# Needs python3 (3.11 or newer, with venv). Each target sets up .venv by itself, and again only when a lock changed.

.DEFAULT_GOAL := help
unexport PYTHONDONTWRITEBYTECODE # without bytecode every process starts seconds later
.SUFFIXES:
VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(BIN)/python
# --no-compile: Python compiles what it imports; compiling all would take longer than everything else.
PIP := $(PYTHON) -m pip --disable-pip-version-check install --quiet --no-compile --no-deps
LOCK := .cache/uv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-annotate --quiet
# What needs more than Python, or minutes: tests/browser a chromium, tests/alerts promtool, tests/standards npm,
# tests/power root and ext4.
PROCESSES := tests/flows tests/fuzz tests/chaos tests/browser # one at a time; pages last: they keep a loop
SLOW := $(PROCESSES) tests/standards tests/alerts tests/simulation tests/storms tests/cluster tests/power \
	$(wildcard tests/every_service/test_crash_*.py)
# Minutes more, for `make cluster` and `make power`.
LONG := tests/cluster tests/power/test_three_servers.py
SOURCES := pyproject.toml requirements/build.in

.PHONY: help demo up test slow fuzz simulate chaos storm cluster power test-deploy crash-all mutants repair fuzz-decoder check bench figures docs release lock clean

help: ## Show what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/run.stamp ## Start the suite with the example of Buren; Ctrl-C stops it
	@$(BIN)/kernpuls demo

up: $(VENV)/run.stamp ## Start the suite, empty or with what it holds; Ctrl-C stops it
	@$(BIN)/kernpuls up

test: $(VENV)/test.stamp ## Run the tests, but for the slow ones
	@$(BIN)/pytest tests -n 4 $(addprefix --ignore=,$(SLOW) tests/deploy)

slow: $(VENV)/docs.stamp ## Run the tests of the suite as processes, of standards, alerts and pages
	@$(BIN)/pytest $(PROCESSES) --timeout 300
	@$(BIN)/pytest $(filter-out $(PROCESSES) $(LONG),$(SLOW)) $(addprefix --ignore=,$(LONG)) -n 2 --dist loadfile --timeout 300

fuzz: $(VENV)/test.stamp ## Send 10,000 requests that nobody thought of to each fuzzed service
	@$(PYTHON) -m tests.fuzz $(SERVICE) $(if $(CASES),--cases $(CASES)) $(if $(SEED),--seed $(SEED))

storm: $(VENV)/test.stamp ## Send 10,000 decisions about money from 64 clients at once, on both databases, for each of SEEDS (50)
	@$(PYTHON) -m tests.storms $(if $(SEEDS),--seeds $(SEEDS))

simulate: $(VENV)/test.stamp ## Live through SEEDS histories of faults in invented time (20,000 unless said), from FROM on
	@$(PYTHON) -m tests.simulation $(or $(SEEDS),20000) --from $(or $(FROM),0)

cluster: $(VENV)/test.stamp ## Run on three NATS servers through ROUNDS (27) of killed, cut-off and wiped servers
	@$(BIN)/pytest tests/cluster --timeout 900
	@$(PYTHON) -m tests.cluster $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(SEED),--seed $(SEED))

power: $(VENV)/test.stamp ## Take the power away CUTS times (50), and with less syncing to compare; as root
	@$(BIN)/pytest tests/power/test_three_servers.py --timeout 900
	@$(PYTHON) -m tests.power $(if $(CUTS),--cuts $(CUTS)) $(if $(SEED),--seed $(SEED))

chaos: $(VENV)/test.stamp ## Put the suite under fire for ROUNDS (500) on DATABASE (sqlite or postgresql); as root; goes on with SEED
	@$(PYTHON) -m tests.chaos $(if $(SEED),--seed $(SEED)) --rounds $(or $(ROUNDS),500) \
		--database $(or $(DATABASE),sqlite) $(if $(MINUTES),--minutes $(MINUTES))

test-deploy: $(VENV)/test.stamp ## Run the deployment in containers, kill every part of it; needs Docker Engine
	@$(BIN)/pytest tests/deploy --timeout 900

crash-all: $(VENV)/test.stamp ## Let every handler die twice, at every pair of points; half an hour, goes on where it stopped
	@$(BIN)/pytest tests/every_service/crash_all.py -n 2

mutants: $(VENV)/test.stamp ## Sow faults into a copy of the code, one by one: the tests must see each
	@$(PYTHON) -m tests.mutants

repair: $(VENV)/test.stamp ## Lose a stream of 100,000 events in three ways and give it back, with the times
	@$(BIN)/pytest tests/shared/messaging/repair_all.py -q --timeout 1800

fuzz-decoder: $(VENV)/test.stamp ## Give the decoder ten million damaged messages; goes on where it stopped
	@$(PYTHON) -m tests.shared.messaging.fuzz_decoder $(if $(CASES),--cases $(CASES)) $(if $(SEED),--seed $(SEED))

check: $(VENV)/test.stamp ## Check style, types, imports, sizes, names and the published contract
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(PYTHON) -m shared.contracts.publish --check
	@$(BIN)/pytest tests/architecture tests/contracts

bench: $(VENV)/test.stamp ## Measure every promise of performance
	@$(PYTHON) -m benchmarks $(if $(QUICK),--quick)

figures: $(VENV)/docs.stamp ## Put what bench, mutants, crash-all and fuzz-decoder measured into docs/
	@$(PYTHON) docs/figures.py

docs: $(VENV)/docs.stamp ## Regenerate the schemas, docs/events.md and the pictures (needs a chromium)
	@$(PYTHON) -m shared.contracts.publish
	@$(PYTHON) docs/pictures.py

release: $(VENV)/test.stamp ## Keep the schemas of all events as released: from then on they are compared with
	@$(PYTHON) -m shared.contracts.publish --release

lock: ## Lock the dependencies anew, with the newest versions
	@python3 -m venv .cache/uv && .cache/uv/bin/pip install --quiet uv
	$(LOCK) --upgrade $(SOURCES) --extra test --extra docs -o requirements/docs.txt
	$(LOCK) --upgrade $(SOURCES) --extra test -c requirements/docs.txt -o requirements/test.txt
	$(LOCK) --upgrade $(SOURCES) -c requirements/docs.txt -o requirements/run.txt

clean: ## Remove .venv and caches; the data in .kernpuls stays
	@rm -rf $(VENV) .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info

# A larger set of packages serves the smaller ones too, so that the targets do not undo each other.
$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(PYTHON)
	@$(call install,run)
	@touch $@
$(VENV)/test.stamp: requirements/test.txt pyproject.toml | $(PYTHON)
	@$(call install,test)
	@touch $(VENV)/run.stamp $@
$(VENV)/docs.stamp: requirements/docs.txt pyproject.toml | $(PYTHON)
	@$(call install,docs)
	@touch $(VENV)/run.stamp $(VENV)/test.stamp $@

$(PYTHON):
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Kernpuls needs Python 3.11 or newer.")'
	@python3 -m venv $(VENV)

define install
echo "Setting up $(VENV) ($(1)) …" && $(PIP) --require-hashes -r requirements/$(1).txt && $(PIP) --no-build-isolation -e .
endef
