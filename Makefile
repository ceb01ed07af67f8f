# Each command makes what it needs first: the virtual environment from the pinned lock and, for
# tests, the Debian packages that they use.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
BIN := .venv/bin
TEST_PACKAGES := chromium fonts-dejavu-core
BENCH_PACKAGES := libvips42

.PHONY: run test check bench fuzz screenshot lock packages

run: .venv/run
	@$(BIN)/python manage.py serve --host $(HOST) --port $(PORT)

test: check packages
	$(BIN)/python -m pytest -m "not browser" --numprocesses 2
	$(BIN)/python -m pytest -m browser

check: export VISIONAPP_DATA := $(CURDIR)/.venv/check
check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check --fail-level WARNING
	$(BIN)/djade --check --target-version 5.2 $$(find templates -name '*.html')
	$(BIN)/djlint templates --lint --quiet

bench: .venv/dev packages
	@sh scripts/install_packages.sh $(BENCH_PACKAGES)
	$(BIN)/python -m benchmarks

# Damaged and hostile pictures for a quarter of an hour; SEED=2000 tries others than the first run.
fuzz: .venv/dev
	SEED=$(SEED) $(BIN)/python -m tests.support.hostile

# The picture in README, as the browser test sees the page.
screenshot: .venv/dev packages
	$(BIN)/python -m pytest tests/journeys/test_readme.py
	cp screenshots/conversation-desktop-light.png docs/conversation.png

# The locks pin every dependency with its hashes and name no host; they are made anew by hand.
lock: .venv/dev
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --upgrade pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --upgrade pyproject.toml --group dev \
		--constraint requirements.lock --output-file requirements-dev.lock

.venv/run: requirements.lock | .venv/bin/pip
	@echo "Installing the pinned dependencies into .venv"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@

.venv/dev: requirements-dev.lock | .venv/bin/pip
	@echo "Installing the pinned dependencies for development into .venv"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@ .venv/run

.venv/bin/pip:
	@sh scripts/make_venv.sh "$(PYTHON)"

packages:
	@sh scripts/install_packages.sh $(TEST_PACKAGES)
