# Two commands do everything on a fresh Debian or Ubuntu machine: `make film` and `make test`.
.PHONY: film test test-all cluster faults fuzz lint bench posters clean

PYTHON ?= python3
BIN    := .venv/bin
READY  := .venv/.ready
# pycairo and ManimPango are compiled on Linux; the rest comes as wheels.
SYSTEM_PACKAGES := libcairo2-dev libpango1.0-dev pkg-config gcc python3-dev python3-venv
TEST   := $(BIN)/python -m pytest -n 2 --dist worksteal -rs
PIP    := $(BIN)/python .ci/python_packages.py -c constraints.txt

film: $(READY)
	@echo "Rendering the first film ..."
	@$(BIN)/backprop render vanishing
	@echo
	@echo "Watch the film:            $(BIN)/backprop render vanishing --open"
	@echo "Its page and the explorer: $(BIN)/backprop gallery vanishing --open"
	@echo "To type backprop alone:    source $(BIN)/activate"

# Style, types, and one case of every promise.
test: lint
	@sh .ci/browser
	$(TEST) -m "not thorough"

# All the others as well: every test once.
test-all: test
	$(TEST) -m thorough

# With the extra [cluster], which `make test` does without.
cluster: $(READY)
	@$(PIP) -e '.[cluster]'
	$(BIN)/python -m pytest tests/production/sweeps/test_cluster.py

# Renders killed at a hundred moments, many at once, and in whatever goes wrong: a quarter of an hour.
faults: $(READY)
	$(BIN)/python -m pytest tests/production/faults_production.py tests/production/faults_program.py

# All that is drawn at random, drawn anew: files and words that nobody would write, by the thousand.
CASES ?= 100000
fuzz: $(READY)
	BACKPROP_FUZZ=$(CASES) $(BIN)/python -m pytest -s -m hypothesis

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python -m mypy

# Tables in Markdown. A film beside plain Manim takes minutes a round: `make bench FILMS=leak ROUNDS=1` is
# short, and `make bench ONLY='--only core --only start-up'` does without films.
ROUNDS ?= 5
bench: $(READY)
	$(BIN)/python -m tests.bench --rounds $(ROUNDS) $(ONLY) $(FILMS)

# The pictures in the README; run it after a change to a film.
posters: $(READY)
	$(BIN)/backprop render --all
	$(BIN)/python -m scenes.production.posters

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find backprop_core scenes tests -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -rf scenes/media
	find media -mindepth 1 -maxdepth 1 ! -name posters -exec rm -rf {} +

# Nothing here runs again until the pins or the dependencies change.
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
