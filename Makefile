# SPDX-License-Identifier: EUPL-1.2
# Everything a developer or an operator starts by hand. `make help` lists it.
# Needs python3 (3.11 or newer, with venv). Each target sets up .venv by itself, and again only when a lock changed.

.DEFAULT_GOAL := help
unexport PYTHONDONTWRITEBYTECODE # without bytecode every process starts seconds later
.SUFFIXES:
VENV := .venv
PYTHON3 := python3
BIN := $(VENV)/bin
PYTHON := $(BIN)/python
# --no-compile: Python compiles what it imports; compiling all would take longer than everything else.
PIP := $(PYTHON) -m pip --disable-pip-version-check install --quiet --no-compile --no-deps
LOCK := .cache/uv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-annotate --quiet
# What takes long, or needs more than Python; tests/conftest.py leaves it out unless it is named.
# Whole suites as processes, which mostly wait; pages in workers of their own: they keep a loop.
PROCESSES := tests/fuzz tests/flows tests/campaigns/chaos
PAGES := tests/browser
SLOW := tests/standards tests/alerts tests/campaigns/simulation tests/campaigns/storms \
	tests/campaigns/power/test_power.py $(wildcard tests/every_service/test_crash_*.py)
OPTIONS := CASES CUTS DATABASE DECISIONS FIRST FROM MINUTES MORE ONLY ROUNDS SEED SEEDS SERVICE
SOURCES := pyproject.toml requirements/build.in
RUN := --extra embedded --extra postgres

.PHONY: help demo up test slow processes beside check bench campaign figures docs lock release clean

help: ## Show what can be done
	@awk -F ':.*## ' '/^## / {printf "\n%s\n", substr($$0, 4)} \
		/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

## Use
demo: $(VENV)/run.stamp ## Start the suite with the example of Buren; Ctrl-C stops it
	@$(BIN)/kernpuls demo

up: $(VENV)/run.stamp ## Start the suite, empty or with what it holds; Ctrl-C stops it
	@$(BIN)/kernpuls up

## Change
test: $(VENV)/test.stamp ## Run the tests, but for the slow ones; T=services/budget, a file or a name runs those
	@$(BIN)/pytest $(call chosen,$(T))

check: $(VENV)/test.stamp ## Check style, types, imports, sizes, names and the published contract
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(PYTHON) -m shared.contracts.publish --check
	@$(BIN)/pytest tests/architecture tests/contracts

docs: $(VENV)/docs.stamp ## Regenerate the schemas, docs/events.md and the pictures (needs a chromium)
	@$(PYTHON) -m shared.contracts.publish
	@$(PYTHON) docs/pictures.py

## Prove
slow: processes beside ## Run the tests of the suite as processes, of standards, alerts, pages and the wheel

processes: $(VENV)/docs.stamp
	@$(BIN)/pytest $(PROCESSES) -n 2 --dist loadfile
	@$(BIN)/pytest $(PAGES) -n 2 --dist loadfile

beside: $(VENV)/docs.stamp
	@$(BIN)/pytest $(SLOW) -n 2 --dist loadfile

bench: $(VENV)/test.stamp ## Measure every promise of performance
	@$(PYTHON) -m benchmarks $(if $(QUICK),--quick)

campaign: $(VENV)/test.stamp ## Run for hours what tests/campaigns/README.md lists: NAME=chaos ROUNDS=500 …
	@$(PYTHON) -m tests.campaigns $(NAME) \
		$(foreach option,$(OPTIONS),$(if $($(option)),--$(shell echo $(option) | tr A-Z a-z) $($(option))))

figures: $(VENV)/docs.stamp ## Put what bench and the campaigns measured into docs/
	@$(PYTHON) docs/figures.py

## Maintain
lock: ## Lock the dependencies again, with the newest versions
	@$(PYTHON3) -m venv .cache/uv && .cache/uv/bin/pip install --quiet uv
	$(LOCK) --upgrade $(SOURCES) $(RUN) --extra test --extra docs -o requirements/docs.txt
	$(LOCK) --upgrade $(SOURCES) $(RUN) --extra test -c requirements/docs.txt -o requirements/test.txt
	$(LOCK) --upgrade $(SOURCES) $(RUN) -c requirements/docs.txt -o requirements/run.txt

release: $(VENV)/test.stamp ## Keep the schemas of all events as released: from then on they are compared with
	@$(PYTHON) -m shared.contracts.publish --release

clean: ## Remove .venv and caches; the data in .kernpuls stays
	@rm -rf $(VENV) .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache build *.egg-info

# A folder or a file below tests/, or in full, one test of it, or a name; all but the slow ones without T.
at = $(firstword $(wildcard tests/$(1)) $(filter tests/%,$(wildcard $(1))))
where = $(if $(findstring ::,$(1)),$(1),$(or $(call at,$(1)),-k "$(1)"))
chosen = $(if $(1),$(call where,$(1)) $(if $(wildcard $(or $(call at,$(1)),none)/.),-n 2),-n 4)

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
	@$(PYTHON3) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Kernpuls needs Python 3.11 or newer.")'
	@$(PYTHON3) -m venv $(VENV)

define install
echo "Setting up $(VENV) ($(1)) …" && $(PIP) --require-hashes -r requirements/$(1).txt && $(PIP) --no-build-isolation -e .
endef
