# The portal's commands. Nothing but Python 3.11, make and a package registry is needed.
.DEFAULT_GOAL := help
unexport PYTHONDONTWRITEBYTECODE
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
SIZE ?= small
CHARTER ?= jinzhong
# One more than there are cores: tests wait for servers and browsers now and then.
WORKERS ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )))
export PORT

.PHONY: help install demo clean-demo stack test check format messages requirements bench

help: ## what can be done
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'
	@echo "  Variables: PORT SIZE=small|city CHARTER=jinzhong|compact DATABASE_URL REDIS_URL"

install: ## the environment with everything the portal, its tests and checks need
	@$(PYTHON) deploy/install.py dev

demo: ## the portal with invented data on 127.0.0.1 (Ctrl-C stops it; what was typed stays)
	@$(PYTHON) deploy/install.py base
	@SIZE=$(SIZE) CHARTER=$(CHARTER) $(BIN)/python deploy/demo.py

clean-demo: ## forget the demo's data; the next `make demo` starts over
	@$(PYTHON) deploy/install.py base
	@DJANGO_SETTINGS_MODULE=bureau.settings.demo $(BIN)/python manage.py demo clean

stack: ## production without containers: nginx, web servers, workers on DATABASE_URL and REDIS_URL, until Ctrl-C
	@$(PYTHON) deploy/install.py base
	@PORT=$(if $(filter 8000,$(PORT)),8443,$(PORT)) $(BIN)/python deploy/stack.py

test: install ## the whole suite, on SQLite or on what DATABASE_URL and REDIS_URL name
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: install ## style, types, import contracts, migrations, production settings, templates, translations
	@$(BIN)/python deploy/check.py

format: install ## bring the code into its form
	@$(BIN)/ruff check --fix -q . && $(BIN)/ruff format -q .

messages: install ## take new strings into the Chinese catalogue and name what is missing
	@$(BIN)/python manage.py messages update

bench: install ## the portal beside its peers, every goal as a ratio (ARGS=--quick; DATABASE_URL: a PostgreSQL server)
	@$(BIN)/python -m bench $(ARGS)

requirements: ## pin and hash the dependencies anew
	@$(PYTHON) deploy/install.py pins

sbom: ## list what the portal is made of (CycloneDX, to standard output)
	@$(PYTHON) deploy/install.py base
	@$(BIN)/python deploy/sbom.py

weaknesses: install ## compare the pins with a list of known weaknesses (LIST=all.zip of OSV for Python, DAYS=14)
	@$(BIN)/python deploy/weaknesses.py $(LIST) --days $(or $(DAYS),14)
