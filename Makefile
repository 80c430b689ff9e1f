# Two commands matter: `make demo` shows what the program does, `make test` checks everything.

PYTHON ?= python3
VENV   := .venv
PIP    := $(VENV)/bin/python -m pip --disable-pip-version-check --no-input
LAB    ?= 40
SEED   ?= 0
PERSON ?= you@example.org

.DEFAULT_GOAL := help
.PHONY: help demo demo-s3 app test bench mutants lock pictures develop clean

help:  ## Show this list
	@grep -hE '^[a-z0-9-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

demo: $(VENV)/.runtime  ## Two nights of an example lab in a folder, and the app on it (LAB=40 mice, SEED=0)
	@$(VENV)/bin/autotrain demo --mice $(LAB) --seed $(SEED) --store demo-lab
	@$(VENV)/bin/autotrain app --store "demo-lab/$(LAB)-mice-seed-$(SEED)" --person "$(PERSON)"

demo-s3: $(VENV)/.develop  ## The same in a bucket of a real S3 server, on this computer only
	@$(VENV)/bin/python -m benchmarks.s3_server sh -c '\
		$(VENV)/bin/autotrain demo --mice $(LAB) --seed $(SEED) --store "$$AUTOTRAIN_STORE" && \
		$(VENV)/bin/autotrain --store "$$AUTOTRAIN_STORE/$(LAB)-mice-seed-$(SEED)" store check'

app: $(VENV)/.runtime  ## The app on the store that AUTOTRAIN_STORE names, else on an example lab; follows changes of its code
	@STREAMLIT_SERVER_FILE_WATCHER_TYPE=auto $(VENV)/bin/autotrain app

test: $(VENV)/.develop  ## Check everything: form, types, floors, tests (the app in a real browser), coverage
	@scripts/browser
	@scripts/check

bench: $(VENV)/.develop  ## Measure importing, deciding, whole nights on a real S3 server, and the app in a browser
	@$(VENV)/bin/python benchmarks/importing.py
	@$(VENV)/bin/python benchmarks/deciding.py
	@$(VENV)/bin/python benchmarks/checking.py
	@$(VENV)/bin/python -m benchmarks.backtesting
	@$(VENV)/bin/python benchmarks/sensitivity.py
	@$(VENV)/bin/python benchmarks/simulating.py
	@$(VENV)/bin/python benchmarks/forecasting.py --labs 2
	@$(VENV)/bin/python -m benchmarks.s3_server $(VENV)/bin/python benchmarks/running.py
	@$(VENV)/bin/python -m benchmarks.app

mutants: $(VENV)/.develop  ## Plant faults in rules and deciding, and count those that no test sees
	@scripts/mutants

pictures: $(VENV)/.develop  ## Draw the pictures of the README again, and every page into build/screenshots
	@$(VENV)/bin/python scripts/pictures

lock: $(VENV)/.develop  ## Take the newest versions that fit pyproject.toml into constraints*.txt
	@scripts/lock --upgrade

develop: $(VENV)/.develop  ## Install what a developer needs, and nothing else

clean:  ## Remove the environment and what the tools left
	rm -rf $(VENV) build dist mutants htmlcov .coverage .*_cache

# The stamps lie inside the environment: whoever removes it removes them too.
$(VENV)/.runtime: constraints.txt pyproject.toml
	@scripts/environment $(PYTHON) $(VENV)
	@echo "Installing what autotrain needs (once, about a minute) ..."
	@$(PIP) install --quiet --require-hashes -r constraints.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.develop: constraints-dev.txt $(wildcard tests/interop/readers/*.txt) $(VENV)/.runtime
	@echo "Installing the tools to check it with ..."
	@$(PIP) install --quiet --require-hashes -r constraints-dev.txt
	@scripts/readers
	@touch $@
