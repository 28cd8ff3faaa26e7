# make pdf     verify every formula and build handbook, slides and ledger
# make check   verify only; needs no TeX
# make test    style, types and tests, the printed pages included
# make audit   change every formula by one slip at a time: none may pass; then verify all at other points,
#              and hold the prover against random mutants
# make recheck the second checker: the published book against its own ledger
# make bench   how fast, as ratios that hold on any machine
# make clean   remove the outputs; the set-up stays
#
# Each target does its own set-up; ARGS passes options on: make pdf ARGS=--no-cache

BIN := .venv/bin

.PHONY: pdf check test audit recheck bench clean
.DEFAULT_GOAL := pdf

pdf:
	@.ci/set-up python tex
	@$(BIN)/proofboard build $(ARGS)

check:
	@.ci/set-up python
	@$(BIN)/proofboard check $(ARGS)

test:
	@.ci/set-up python tex
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict generator
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)
	@$(BIN)/python -m tests.proof.unproved

audit:
	@.ci/set-up python
ifeq ($(ARGS),)
	@$(BIN)/proofboard audit --record
	@$(BIN)/proofboard audit --seeds 200 content/book.yaml examples/*.yaml
	@$(BIN)/proofboard audit --seeds 25 tests/corpus/*/*.yaml
	@$(BIN)/python -m tests.proof.random_mutants
else
	@$(BIN)/proofboard audit $(ARGS)
endif

recheck:
	@.ci/set-up python
	@$(BIN)/python generator/recheck.py $(ARGS)

bench:
	@.ci/set-up python tex
	@$(BIN)/python tests/bench.py $(ARGS)

clean:
	rm -rf build
