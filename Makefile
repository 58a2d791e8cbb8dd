# make demo   installs what is pinned, starts everything with the demonstration company, prints where it is
# make test   installs what is pinned, checks and tests everything
# make run    as demo, with an empty company · make bench   measures · make install   makes .venv and nothing else
BIN := .venv/bin
BIND ?= 127.0.0.1:8000

.PHONY: install demo run test bench

install:
	@sh config/install.sh

demo: install
	@exec $(BIN)/python manage.py up --demo --bind $(BIND)

run: install
	@exec $(BIN)/python manage.py up --bind $(BIND)

test: install
	@$(BIN)/python -m tests.chromium
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python -W ignore manage.py makemigrations --check --dry-run
	$(BIN)/pytest -n 2 --dist worksteal

bench: install
	@exec $(BIN)/python -m benchmarks
