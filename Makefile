# The front door: `make` alone lists the commands. Variables are read from the environment by the
# commands themselves and never pasted into a shell line, so that quotes in them do no harm.

.DEFAULT_GOAL := help
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PY := .venv/bin/python
STACK := $(PY) -m deploy.local
# The command that follows runs with the settings and secrets of the local stack.
WITH_STACK := $(STACK) exec --
SOURCES := $(wildcard shared services deploy tests)

# Given on the command line: make -s token ROLE=office AREA=990100
export PYTHON RULES ROLE SUB TEAM AREA CADRE TTL NAME QUEUE MAILS PYTEST_ARGS
# What a command says is seen when it says it.
export PYTHONUNBUFFERED := 1

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z][a-z0-9-]*:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- Python environment -------------------------------------------------------------------------

.PHONY: venv
venv: ## .venv as locked in requirements-dev.txt (done by itself where it is needed)
	@sh deploy/local/venv.sh

.PHONY: lock
lock: venv ## lock requirements*.in into requirements*.txt, with hashes and no index addresses
	PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS= PIP_EXTRA_INDEX_URL= PIP_CONSTRAINT= CUSTOM_COMPILE_COMMAND='make lock' \
		$(PY) -m piptools compile --quiet --generate-hashes --allow-unsafe --strip-extras \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
		--output-file=requirements.txt requirements.in
	PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS= PIP_EXTRA_INDEX_URL= PIP_CONSTRAINT= CUSTOM_COMPILE_COMMAND='make lock' \
		$(PY) -m piptools compile --quiet --generate-hashes --allow-unsafe --strip-extras \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
		--constraint=requirements.txt --output-file=requirements-dev.txt requirements-dev.in

# --- Local stack --------------------------------------------------------------------------------

.PHONY: demo
demo: up ## start everything, load the demo county, run the main job, print what came out
	@$(WITH_STACK) $(PY) -m deploy.demo.run

.PHONY: story
story: venv ## follow one new finding through the running stack, hop by hop
	@$(WITH_STACK) $(PY) -m deploy.demo.story

.PHONY: up
up: venv ## start broker, database and the four services on loopback; 0 when all are ready
	@$(STACK) up

.PHONY: down
down: venv ## stop them, keep the data
	@$(STACK) down

.PHONY: reset
reset: venv ## stop them and delete the local data and secrets
	@$(STACK) reset

.PHONY: status
status: venv ## what runs, since when, where it listens
	@$(STACK) status

.PHONY: token
token: venv ## a bearer token: ROLE= SUB= TEAM= AREA= CADRE= TTL= (use make -s)
	@$(STACK) token

.PHONY: pid
pid: venv ## the process id that does the work: NAME=findings-worker, rabbitmq, mongod (use make -s)
	@$(STACK) pid

.PHONY: reconcile
reconcile: venv ## recount everything from the documents and compare
	@$(WITH_STACK) $(PY) -m shared.persistence.counts_cli
	@$(STACK) exec --service reporting -- $(PY) -m services.reporting.reconcile

.PHONY: replay
replay: venv ## make facts, counters and statistics anew of the archive, without stopping
	@$(STACK) exec --service reporting -- $(PY) -m services.reporting.replay

.PHONY: rules-dryrun
rules-dryrun: venv ## what a rules file would have done with the findings so far: RULES=my-rules.yaml
	@$(STACK) exec --service accountability -- $(PY) -m services.accountability.rules_dryrun "$$RULES"

.PHONY: dead
dead: venv ## list the messages that could not be processed
	@$(WITH_STACK) $(PY) -m shared.messaging.dead_cli list

.PHONY: redrive
redrive: venv ## send them back: QUEUE=findings.accountability.v1
	@$(WITH_STACK) $(PY) -m shared.messaging.dead_cli redrive

.PHONY: verify-audit
verify-audit: venv ## prove the audit trails of all services: MAILS= a folder with the auditors' mails
	@$(WITH_STACK) $(PY) -m shared.audit.verify_cli

.PHONY: bench
bench: venv ## the benchmarks, on servers of their own; prints ratios, writes .run/bench.json
	@$(PY) -m tests.bench

.PHONY: bench-lists
bench-lists: venv ## only how posts, reads and lists grow with the number of findings (DUZE_BENCH_FULL=1: a million)
	@$(PY) -m tests.bench.lists

.PHONY: bench-reporting
bench-reporting: venv ## only how statistics, ledger and dashboard grow with the number of findings (DUZE_BENCH_FULL=1: a million)
	@$(PY) -m tests.bench.reporting

.PHONY: docs
docs: venv ## write docs/openapi/*.json and docs/asyncapi.json anew from the code
	@$(PY) -W ignore -m deploy.reference_docs

# --- Checks -------------------------------------------------------------------------------------

.PHONY: check
check: lint types imports compose unit contract ## what a commit must pass; needs no servers

.PHONY: fmt
fmt: venv ## format the code and mend what can be mended by itself
	@$(PY) -m ruff check --fix-only --quiet .
	@$(PY) -m ruff format .

.PHONY: lint
lint: venv
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

.PHONY: types
types: venv
	@$(PY) -m mypy $(SOURCES)

.PHONY: imports
imports: venv
	@.venv/bin/lint-imports

.PHONY: compose
compose: venv
	@.venv/bin/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

.PHONY: unit
unit: venv ## tests of one room, no servers
	@$(PY) -m tests.support.run unit

.PHONY: contract
contract: venv ## tests of what services say to each other and to the outside, no servers
	@$(PY) -m tests.support.run contract

.PHONY: integration
integration: venv ## tests on a real broker and database, started for them
	@$(PY) -m tests.support.run integration

.PHONY: e2e
e2e: venv ## tests through a whole stack of their own
	@$(PY) -m tests.support.run e2e stack

.PHONY: faults
faults: venv ## kill, pause and cut everything, the long form
	@$(PY) -m tests.support.run --slow faults stack

.PHONY: soak
soak: venv ## ten thousand random lives of a finding (minutes)
	@$(PY) -m pytest -q -p no:pytest_nameko -m slow tests/unit

.PHONY: test
test: venv ## every test, with servers of its own on other ports; the faults in short form
	@$(PY) -m tests.support.run unit contract integration e2e stack faults
