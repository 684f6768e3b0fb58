# Everything is done by `python -m devstack`; this file only gives the commands short names.
# CKAN=2.11 works on the second lock, ARGS=... goes to pytest or the bench, PYTHON=... chooses the interpreter.

CKAN ?= 2.12
PYTHON ?= python3
ARGS ?=

DEVSTACK = $(PYTHON) -B -m devstack
VERSION = --ckan $(CKAN)

.DEFAULT_GOAL := help
.PHONY: help install demo test core bench bench-search check format docs messages screenshots lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

install: ## prepare the virtual environment and Solr, start nothing
	@$(DEVSTACK) install $(VERSION)

demo: ## everything, up to the portal at http://localhost:5000; Ctrl-C stops it
	@$(DEVSTACK) serve $(VERSION)

test: ## all tests, on a stack of their own
	@$(DEVSTACK) test $(VERSION) -- $(ARGS)

core: ## the pure tests: no services, seconds
	@$(DEVSTACK) core $(VERSION) -- $(ARGS)

bench: ## figures beside those of stock CKAN; ARGS=import runs one group
	@$(DEVSTACK) bench $(VERSION) -- $(ARGS)

bench-search: ## how well and how fast the German search finds, beside stock CKAN
	@$(DEVSTACK) bench-search $(VERSION) -- $(ARGS)

check: ## ruff and pyright
	@$(DEVSTACK) check $(VERSION)

format: ## let ruff format and repair
	@$(DEVSTACK) format $(VERSION)

docs: ## write the reference pages that are made from tables
	@$(DEVSTACK) docs $(VERSION)

messages: ## write the catalogues of strings that are made from code and templates
	@$(DEVSTACK) messages $(VERSION)

screenshots: ## pictures of the page types, at two widths and in two cities
	@$(DEVSTACK) screenshots $(VERSION) -- $(ARGS)

lock: ## resolve the lock files anew
	@$(DEVSTACK) lock $(VERSION)

clean: ## stop every stack and delete the state folder
	@$(DEVSTACK) clean $(VERSION)
