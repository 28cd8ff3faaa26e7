"""Random mutants of the case files against the prover: `python -m tests.proof.random_mutants [COUNT [SEED]]`.

Each mutant is a claim with one slip. What the prover proves must not be refuted by the numeric
checker, and its certificate must hold; of a share of the others both sides' normal forms are
evaluated. Exit 1 where anything is wrong. `make audit` runs 10,000.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from random import Random

from generator.verify.proof.check import Doubtful, Validation
from tests.proof.corpus import Claim, claims
from tests.proof.harness import certificate_fault, evaluated, proof_of, refereed

COUNT = 10_000
EVALUATED = 8  # of so many mutants one is evaluated side by side
OF_ONE = 4  # mutants of one claim in a small sample: making all mutants of a claim costs the most


def sample(count: int, seed: int) -> Iterator[tuple[str, Claim]]:
    """So many mutants, drawn from all claims alike: a claim, then one of its mutants not drawn before."""
    rng = Random(seed)
    pool = [*claims("true"), *claims("false")]
    pool = rng.sample(pool, min(len(pool), max(1, count // OF_ONE)))
    waiting: dict[str, list[tuple[str, Claim]]] = {}
    while pool and count:
        claim = rng.choice(pool)
        key = f"{claim.file.read.topic.file} {claim.id}"
        if key not in waiting:
            waiting[key] = list(claim.mutants())
            rng.shuffle(waiting[key])
        if not waiting[key]:
            pool.remove(claim)
            continue
        count -= 1
        yield waiting[key].pop()


def faults(mutants: Iterator[tuple[str, Claim]], counts: Counter[str]) -> Iterator[str]:
    """What is wrong, a line each; `counts` says how the mutants ended."""
    for number, (latex, claim) in enumerate(mutants):
        proof = proof_of(claim)
        fault: str | None = None
        if proof is not None:
            verdict = refereed(claim)
            counts[f"proved, refereed {verdict}"] += 1
            fault = f"{claim.id}: a false proof" if verdict == "false" else ""
            if not fault and verdict == "true":
                try:
                    fault = certificate_fault(claim, proof)
                except Doubtful:
                    counts["a proof that no build takes: its certificate has no value"] += 1
        else:
            counts["not proved"] += 1
        if proof is None and number % EVALUATED == 0:
            fault = evaluated(claim, Validation.sides)
            counts["sides evaluated" if fault is not None else "sides without a value"] += 1
        if fault:
            yield f"{fault}: {latex}"


def main() -> None:
    """The counts, and every fault."""
    count, seed = (int(word) for word in (*sys.argv[1:3], *[str(COUNT), "0"][len(sys.argv[1:3]) :]))
    counts: Counter[str] = Counter()
    found = 0
    for fault in faults(sample(count, seed), counts):
        found += 1
        print(fault, flush=True)
    for words, number in sorted(counts.items()):
        print(f"{number:7} {words}")
    print(f"{found:7} faults")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
