# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Needs Python 3.11 or newer, git and make; each target sets up the rest by itself. Everything made goes below .venv,
# .cache and build. The collection's code wants to be found as ansible_collections/community/openmetadata: the link and
# the copy that tests/collection_tree.py makes below .cache see to that, wherever the clone lies.

PYTHON ?= python3
VENV ?= .venv

# For fake-server
PROFILE ?= 1.2
PORT ?= 0
BULK ?= off
ORCHESTRATOR ?= airflow

# For these targets: more arguments, such as UNITS='tests/unit/plugins -k plan' or INTEGRATION='--profile 2.0'
UNITS ?= tests/unit
INTEGRATION ?=
MOLECULE ?=
LEAKS ?=
MATRIX ?=
# demo, integration and molecule run against the server at OPENMETADATA_HOST, if that and OPENMETADATA_JWT_TOKEN are set,
# and purge what they made there. With OPENMETADATA_BOT_TOKEN set as well, integration leaves less out.

# For faults: which cases, see make faults FAULTS=--help
FAULTS ?=

# For test-properties: how many times the usual number of examples
TIMES ?= 1

# For bench: see make bench BENCH=--help
BENCH ?=

# For catalogue: wheels to add, such as 2.1.0.0, or latest for all that were published since
RELEASES ?=

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.NOTPARALLEL:

export LC_ALL := C.UTF-8
export ANSIBLE_HOME := $(CURDIR)/.cache/ansible
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# The tests start Python more than a thousand times: compiling Ansible each time takes as long as running it.
unexport PYTHONDONTWRITEBYTECODE

BIN := $(abspath $(VENV))/bin
DEMO_READY := $(VENV)/.demo-ready
READY := $(VENV)/.ready

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

# The demo's needs are few and install quickly; the rest comes with the first target that tests.
$(DEMO_READY): tests/requirements-demo.txt tests/setup_venv.sh
	@tests/setup_venv.sh $(PYTHON) $(VENV) $<
	@touch $@

$(READY): tests/requirements.txt tests/setup_venv.sh
	@tests/setup_venv.sh $(PYTHON) $(VENV) $<
	@touch $(DEMO_READY) $@

.PHONY: venv
venv: $(READY) ## Make the virtual environment with all tools

.PHONY: demo
demo: $(DEMO_READY) ## Run the example playbooks against a fake server, or the one at OPENMETADATA_HOST
	@$(BIN)/python tests/demo.py

.PHONY: fake-server
fake-server: $(DEMO_READY) ## Serve a fake OpenMetadata (PROFILE=1.2|2.0 PORT=n BULK=on|off ORCHESTRATOR=airflow|down|…) until SIGTERM
	@PYTHONPATH=tests exec $(BIN)/python -m fake_openmetadata --profile $(PROFILE) --port $(PORT) --bulk $(BULK) \
	    --orchestrator $(ORCHESTRATOR)

.PHONY: format
format: $(READY) ## Format the Python files and mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: lint
lint: $(READY) ## Check style, types, YAML, licenses and generated files
	@$(BIN)/python tests/collection_tree.py link >/dev/null; \
	failed=0; \
	check() { echo "--- $$*"; PATH="$(BIN):$$PATH" "$$@" || failed=1; }; \
	check ruff check .; \
	check ruff format --check .; \
	check mypy; \
	check vermin --quiet --target=3.9- --violations plugins; \
	check yamllint --strict .; \
	check reuse lint --lines; \
	check antsibull-changelog lint; \
	exit $$failed

.PHONY: ansible-lint
ansible-lint: $(READY) ## Run ansible-lint with its production profile
	cd "$$($(BIN)/python tests/collection_tree.py copy)" \
	    && PATH="$(BIN):$$PATH" ANSIBLE_COLLECTIONS_PATH="$(CURDIR)/.cache/copy" \
	        ansible-lint --offline --strict --profile production --project-dir .

.PHONY: sanity
sanity: $(READY) ## Run ansible-test's sanity tests
	$(BIN)/python tests/run_ansible_test.py sanity

.PHONY: units
units: $(READY) ## Run the unit tests and the contract replay (UNITS='tests/unit -k plan')
	$(BIN)/pytest -n 2 $(UNITS)

.PHONY: integration
integration: $(READY) ## Run the integration targets: each profile, each token (INTEGRATION='--profile 2.0', or --thin)
	PYTHONPATH=tests $(BIN)/python tests/integration/run.py $(INTEGRATION)

.PHONY: molecule
molecule: $(READY) ## Run the Molecule scenarios (MOLECULE='--profile 1.2')
	PYTHONPATH=tests $(BIN)/python tests/run_molecule.py $(MOLECULE)

.PHONY: coverage
coverage: $(READY) ## Run unit tests and a part of integration, and report which plugin lines ran
	PYTHONPATH=tests $(BIN)/python tests/plugin_coverage.py --thin $(INTEGRATION)

.PHONY: properties
properties: $(READY) ## Check the promises with random services and tasks (always the same), some faults, and bad input
	$(BIN)/pytest -n 2 tests/properties tests/faults tests/badinput

.PHONY: test-properties
test-properties: $(READY) ## Check the promises with thousands of random services and tasks (TIMES=7 for many more)
	HYPOTHESIS_PROFILE=full TIMES=$(TIMES) $(BIN)/pytest -n 2 --durations 5 tests/properties

.PHONY: guides
guides: $(READY) ## Follow the README and the guides: write their files, type their commands
	$(BIN)/pytest -n 2 tests/guides

.PHONY: audit-page
audit-page: $(READY) ## Look at the audit's page in a headless Chromium, which root gets installed on Debian
	$(BIN)/pytest tests/audit_page

.PHONY: screenshot
screenshot: $(READY) ## Take the pictures of the audit's page and of the demo that the documentation shows
	PYTHONPATH=tests $(BIN)/python -m audit_page.screenshot
	PYTHONPATH=tests $(BIN)/python -m audit_page.demo

.PHONY: faults
faults: $(READY) ## Inject every fault at every request of every operation (FAULTS="--only 'create/2.0'")
	@$(BIN)/python tests/collection_tree.py link >/dev/null
	@PYTHONPATH=tests:.cache/link $(BIN)/python -m faults.campaign $(FAULTS)

.PHONY: bad-input
bad-input: $(READY) ## Give the modules malformed tasks and answers by the thousand
	$(BIN)/pytest -n 2 tests/badinput

.PHONY: leaks
leaks: $(READY) ## Search the output of playbooks for secrets (LEAKS=--thin for what make test does)
	$(BIN)/pytest -n 2 tests/leaks $(LEAKS)

# What starts Ansible takes most of the time, so of that there is one target alone.
.PHONY: check
check: $(READY) ## Run the quick checks: lint, types, units that start no Ansible, contract replay, one integration target
	@UNITS='tests/unit/plugins/module_utils tests/unit/plugins/filter tests/unit/fake/test_contract.py' \
	    INTEGRATION='--target service_info --profile 2.0 --token admin' \
	    $(BIN)/python tests/run_stages.py units lint integration

.PHONY: test
test: $(READY) ## Run all checks but coverage and the long forms: integration, leaks, matrix, test-properties, faults, bench
	@INTEGRATION=--thin LEAKS=--thin $(BIN)/python tests/run_stages.py leaks matrix properties molecule integration units \
	    guides sanity nox package ansible-lint audit-page lint docs

.PHONY: package
package: $(READY) ## Build the tarball, look at what is in it, install it elsewhere and use it from there
	$(BIN)/pytest -n 2 tests/package

.PHONY: nox
nox: $(READY) ## Check documentation, action groups and characters, and whether Galaxy would import the tarball
	PATH="$(BIN):$$PATH" nox --envdir .cache/nox --stop-on-first-error \
	    --session docs-check extra-checks build-import-check

.PHONY: matrix
matrix: $(READY) ## Run what touches Ansible with each supported ansible-core (MATRIX=--full for no less than all of it)
	@$(BIN)/python tests/run_matrix.py $(MATRIX)

.PHONY: bench
bench: $(READY) ## Time each way of managing 20, 200 and 1,000 services, and pipelines (BENCH='--sizes 20 --runs 1 --scale')
	@PYTHONPATH=tests $(BIN)/python -m bench $(BENCH)

.PHONY: docs
docs: $(READY) ## Build the documentation as HTML below build/docs; any warning fails
	@$(BIN)/python tests/collection_tree.py copy >/dev/null
	@$(BIN)/python tools/build_docs.py build/docs --collections .cache/copy

.PHONY: catalogue
catalogue: $(READY) ## Refresh the catalogue out of the published packages (RELEASES='2.1.0.0', or latest, to add some)
	@$(BIN)/python -m tools.catalogue $(if $(RELEASES),--add $(RELEASES))

.PHONY: catalogue-check
catalogue-check: $(READY) ## Try the packages' example workflows against the catalogue, and write docs/catalogue.md
	@$(BIN)/python tests/collection_tree.py link >/dev/null
	@$(BIN)/python -m tools.catalogue --examples

.PHONY: build
build: $(READY) ## Build the collection's tarball into build/
	$(BIN)/ansible-galaxy collection build --force --output-path build "$$($(BIN)/python tests/collection_tree.py copy)"

.PHONY: lock
lock: $(READY) ## Resolve tests/*.in anew into the pinned tests/*.txt
	$(BIN)/python -m pip install --quiet uv==0.13.8
	for name in requirements-demo requirements; do \
	    $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-annotate \
	        --custom-compile-command 'make lock' --output-file "tests/$$name.txt" "tests/$$name.in"; \
	done

.PHONY: clean
clean: ## Remove all that was made
	rm -rf .venv .cache build .ansible .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
