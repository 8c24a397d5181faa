# What a person or a machine can ask of this checkout; every target sets up .venv/ by itself first.

SHELL := bash
READY := .venv/.ready

.PHONY: help demo test check format test-long test-served test-faults test-killed test-year test-peers test-spark test-wheel bench docs clean

help:  ## say what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1  #/' | column -t -s '#'

demo: $(READY)  ## the sample company, end to end: prints the digest, leaves every format in demo/
	@.venv/bin/keepwell demo

test: $(READY)  ## every test that needs nothing outside .venv/, but for the long ones
	@.venv/bin/python -m pytest -n 2 --dist loadfile -m "not long and not peers and not wheel and not spark and not served and not year and not killed" -q

test-long: $(READY)  ## whole stories, kills at every step, the same company through every door
	@.venv/bin/python -m pytest -n 2 --dist loadfile -m "long and not year" -q

check: $(READY)  ## format, lint, types and import contracts: all of them, then how many failed
	@.ci/check

format: $(READY)  ## let ruff put the code in order
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

test-peers: $(READY)  ## tests that need Debian or npm programs, which this installs
	@.ci/peers

test-faults: $(READY)  ## kill senders at every moment and break every destination; prints what arrived
	@.venv/bin/python -m tests.faults

test-year: $(READY)  ## live through a simulated year of outages; prints what arrived and how big all got
	@.venv/bin/python -m tests.year

test-killed: $(READY)  ## kill a Prefect server and a worker at fifty moments; prints what arrived
	@.ci/killed

test-spark: $(READY)  ## the whole catalogue on Spark, on this machine
	@.ci/spark

test-served: $(READY)  ## keepwell serve and keepwell deploy on a real Prefect server; five minutes
	@.venv/bin/python -m pytest -m served -q

test-wheel: $(READY)  ## build the wheel, install it elsewhere, run the demo there
	@.venv/bin/python -m pytest -m wheel -q

bench: $(READY)  ## how long the commands people wait for take, how fast a vendor is read, what it costs, how alerts do
	@a=0; for b in commands monday extraction memory budgets engine alerts quiet; do .venv/bin/python bench/$$b.py || a=1; done; exit $$a

docs: $(READY)  ## write the KPIs into the README
	@.venv/bin/keepwell kpis --into README.md

clean:  ## forget everything that was built
	@rm -rf .venv build dist demo

$(READY): pyproject.toml .ci/setup
	@.ci/setup
