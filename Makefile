# Two commands do everything on a fresh Debian or Ubuntu machine: `make film` and `make test`.
.PHONY: film test test-all cluster faults fuzz lint bench review posters clean

PYTHON ?= python3
BIN    := .venv/bin
READY  := .venv/.ready
# On Linux, pycairo and ManimPango are compiled; all other packages are installed as wheels.
SYSTEM_PACKAGES := libcairo2-dev libpango1.0-dev pkg-config gcc python3-dev python3-venv
TEST   := $(BIN)/python -m pytest -n 2 --dist worksteal -rs
PIP    := $(BIN)/python .ci/python_packages.py -c constraints.txt

film: $(READY)
	@echo "Rendering the first film ..."
	@$(BIN)/backprop render vanishing
	@echo
	@echo "Watch the film:            $(BIN)/backprop render vanishing --open"
	@echo "Its page and the explorer: $(BIN)/backprop gallery --open"
	@echo "To type backprop alone:    source $(BIN)/activate"

# Style, types, and the quick tests: one case of every promise.
test: lint
	@sh .ci/browser
	$(TEST) -m "not thorough"

# `make test`, then all other tests, so that every test runs once. PyTorch is installed for them: where it
# is missing, they fail.
test-all: export BACKPROP_NEEDS_TORCH := 1
test-all: $(READY)
	@$(PIP) -e '.[test,torch]'
	@$(MAKE) --no-print-directory test
	$(TEST) -m thorough

# Tests that need the extra [cluster], which `make test` does not install.
cluster: $(READY)
	@$(PIP) -e '.[cluster]'
	$(BIN)/python -m pytest tests/production/sweeps/test_cluster.py

# Renders that are killed at a hundred moments, that run side by side, or whose system fails. It takes a
# quarter of an hour.
faults: $(READY)
	$(BIN)/python -m pytest tests/production/faults_production.py tests/production/faults_program.py

# The property tests with about CASES new random inputs in all; `make test` uses the same ones each time.
CASES ?= 100000
fuzz: $(READY)
	BACKPROP_FUZZ=$(CASES) $(BIN)/python -m pytest -s -m hypothesis

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python -m mypy

# Prints benchmarks as Markdown tables. Comparing a film with plain Manim takes minutes for each round:
# `make bench FILMS=leak ROUNDS=1` is short, and `make bench ONLY='--only core --only start-up'` leaves out films.
ROUNDS ?= 5
bench: $(READY)
	$(BIN)/python -m tests.bench --rounds $(ROUNDS) $(ONLY) $(FILMS)

# How a film looks and moves: `make review FILM=leak` renders it low, writes sheets of its frames to
# media/review and prints a row of figures; without FILM, it prints those of all films.
# `SET="network.depth=2 film.theme=light"` shows another network, `MORE="--close 12:15"` these seconds closer.
review: $(READY)
	@$(BIN)/python -m tests.review $(SET:%=--set %) $(MORE) $(FILM)

# Renders the pictures in READMEs; run it after a change to a film.
posters: $(READY)
	$(BIN)/backprop render --all
	$(BIN)/python -m scenes.production.posters

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find backprop_core scenes tests -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -rf scenes/media
	find media -mindepth 1 -maxdepth 1 ! -name posters -exec rm -rf {} +

# Set-up. It runs again only if the pins or the dependencies change.
$(READY): pyproject.toml constraints.txt
	@echo "1 of 3: system packages"
	@$(MAKE) --no-print-directory .system
	@echo "2 of 3: a virtual environment in .venv"
	@$(PYTHON) -m venv .venv
	@echo "3 of 3: Python packages, a minute or two"
	@$(PIP) -e '.[test]'
	@touch $@

.PHONY: .system
.system:
	@PYTHON='$(PYTHON)' sh .ci/system-packages $(SYSTEM_PACKAGES)
