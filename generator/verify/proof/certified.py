"""A proof with its certificate: made, validated by the step checker, and written as JSON.

Where the step checker refutes a part, one of the two is broken: InternalError, never a verdict.
Where a part cannot be evaluated at all, or the terms do not cancel as the prover said, the claim
is not called proved.
"""

from __future__ import annotations

import json
from dataclasses import replace

from generator.errors import InternalError
from generator.verify.proof.certificate import certificate
from generator.verify.proof.check import Doubtful, validate
from generator.verify.proof.networks import Invalid
from generator.verify.proof.prove import Proof, for_all
from generator.verify.proof.work import NotProved
from generator.verify.question import Answer, Question


def certified(question: Question, answer: Answer, proof: Proof | None, words: str = "") -> Answer | None:
    """The answer upgraded to `proved` with the certificate of the proof, or None.

    `words` follow the evidence. Raises InternalError where the step checker refutes the proof.
    """
    if proof is None:
        return None
    try:
        made = certificate(proof)
        made["validated"] = validate(made, question)
    except (NotProved, Doubtful):
        return None
    except Invalid as error:
        raise InternalError(f"a proof that its own checker refutes: {error}") from error
    return replace(
        answer,
        status="proved",
        method="normal form",
        evidence=(*for_all(proof), words) if words else for_all(proof),
        routes=("normal form", "step checker", *answer.routes),
        certificate=json.dumps(made, ensure_ascii=False, separators=(",", ":")),
    )
