"""Claims to verdicts. `require` is the gate: only it makes a VerifiedBook."""

from generator.verify.canary import canary
from generator.verify.gate import require
from generator.verify.judge import Options
from generator.verify.topic import verify_topic

__all__ = ["Options", "canary", "require", "verify_topic"]
