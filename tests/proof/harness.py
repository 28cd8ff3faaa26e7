"""What is asked of the prover: are its normal forms, its rewritings and its answers right?

Each function takes claims (true or false) and gives the faults that it found, in words. The values
come from the step checker, which shares no code with the prover.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from generator.meaning.systems import MeaningError
from generator.verify.judge import judge
from generator.verify.proof.certificate import Packer, certificate
from generator.verify.proof.check import Doubtful, Part, Validation
from generator.verify.proof.extremum import prove_optimum
from generator.verify.proof.induction import prove
from generator.verify.proof.networks import Invalid
from generator.verify.proof.prove import Proof, literal_axes, prepared
from generator.verify.proof.work import NotProved
from generator.verify.question import Question, Undecided
from generator.verify.stated import find
from tests.proof.corpus import Claim

PROVED = Path(__file__).parent / "PROVED.txt"
Parts = Callable[[Validation], Iterable[Part]]
FIRST = 3  # faults after which a search ends
SIZES = 2  # tuples of sizes of one evaluation


def listed() -> list[str]:
    """The true claims that are to be proved."""
    return PROVED.read_text(encoding="utf-8").split()


def proof_of(claim: Claim) -> Proof | None:
    """The prover's answer; None too where the question cannot be asked."""
    try:
        question = claim.question
        optimum = find(question)
    except Undecided:
        return None
    return (
        prove(question) if optimum is None else prove_optimum(question.program, question.statement, optimum)
    )


def tables(question: Question) -> dict[str, Any]:
    """Both sides in normal form with all their rewritings, proved or not. Raises NotProved."""
    statement = question.statement
    t, env, labels = prepared(question.program, statement)
    packer = Packer()
    shape = max((arg.shape or () for arg in statement.expr.args), key=len)
    sides = []
    for names in literal_axes(labels):
        at = tuple(names.get(label, label) for label in labels)
        inner = type(env)({k: names.get(v, v) for k, v in env.index.items()}, env.values, env.key)
        entries = [
            packer.polynomial(t.entry(arg, t.fitted(arg, at[: len(shape)]), inner))
            for arg in statement.expr.args
        ]
        made = {"at": [packer.label(label) for label in at], "left": entries[0], "right": entries[1]}
        sides.append(made | {"stages": []})
    steps = [[s.rule, packer.terms((s.before,)), packer.terms(s.after)] for s in t.work.steps.values()]
    return {
        "of": "both sides",
        "labels of the sides": [packer.label(label) for label in labels],
        "sides": sides,
        "steps": steps,
        "ranges": packer.ranges,
        "labels": packer.labels,
        "atoms": packer.atoms,
    }


def evaluated(claim: Claim, parts: Parts = Validation.sides) -> str | None:
    """The fault of one claim's normal forms, "" where there is none; None where there is no value."""
    try:
        fault = fault_of(claim.question, parts)
    except Undecided:
        return None
    return f"{claim.id}: {fault}" if fault else fault


def fault_of(question: Question, parts: Parts = Validation.sides) -> str | None:
    """The same for a question."""
    try:
        validation = Validation(tables(question), question)
        validation.hold(parts(validation), question.sizes()[:SIZES])
    except Invalid as error:
        return str(error)
    except (NotProved, Doubtful, Undecided, MeaningError, RecursionError, KeyError):
        return None
    return ""


def side_faults(claims: Iterable[Claim]) -> list[str]:
    """Sides whose normal form has another value than the tree."""
    return list(islice((fault for claim in claims if (fault := evaluated(claim, Validation.sides))), FIRST))


def step_faults(claims: Iterable[Claim]) -> list[str]:
    """Rewritings that change a value."""
    return list(islice((fault for claim in claims if (fault := evaluated(claim, Validation.steps))), FIRST))


def lost(claims: Iterable[Claim]) -> list[str]:
    """True claims that are not proved."""
    return list(islice((f"{claim.id}: not proved" for claim in claims if proof_of(claim) is None), FIRST))


def false_proofs(claims: Iterable[Claim]) -> list[str]:
    """False claims that are proved."""
    return list(islice((f"{claim.id}: proved" for claim in claims if proof_of(claim) is not None), FIRST))


def certificate_fault(claim: Claim, proof: Proof) -> str:
    """What the step checker says against a proof, at few sizes. Raises Doubtful: no build takes the proof."""
    try:
        validation = Validation(certificate(proof), claim.question)
        sizes = claim.question.sizes()[:SIZES]
        validation.hold([*validation.sides(), *validation.ending(), *validation.steps()], sizes)
    except (Invalid, NotProved) as error:
        return f"{claim.id}: {error}"
    return ""


def refereed(claim: Claim) -> str:
    """`true`, `false` or `open` by the numeric checker; `empty` for a claim without a value."""
    try:
        answer = judge(claim.question, False)
    except Undecided:
        return "open"
    if answer.status == "undecided":
        return "open"
    if answer.status != "refuted":
        return "true"
    return "empty" if answer.reason.startswith("has no value") else "false"
