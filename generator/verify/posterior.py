r"""`\lambda \mid y \sim law`: the law of a name under others, compared with the printed one.

What is checked: where the givens tell the law in closed form (`meaning.hierarchy`), its name and its
parameters, each as an equation of its own, which can be proved. Example refuted:
`\theta \mid y \sim \mathrm{Beta}(a + s, b + n)` for n Bernoulli numbers with s ones.
"""

from __future__ import annotations

from generator.meaning.hierarchy import ancestors, law_under
from generator.meaning.program import substituted
from generator.meaning.systems import Unsupported
from generator.meaning.written import conditioned, observed_values
from generator.notation.tree import Expr, bare
from generator.verify.parameters import by_value, weakest
from generator.verify.question import Answer, IllFormed, Question, Undecided
from generator.verify.ratio import by_ratio

RULE = "conjugate law"


def check(question: Question, statistic: Expr, law: Expr) -> Answer:
    """Compare the law of a name under others with the printed one. Raises Refuted, Undecided or IllFormed."""
    program = question.program
    name, known = bare(statistic.args[0]), conditioned(statistic, program)
    if name.head != "name" or str(name.data) not in program.laws.laws:
        raise IllFormed("a law under a condition is that of one random name")
    if known is not None and not known & program.laws.laws.keys():
        raise IllFormed("behind the bar stands no random name")
    if known is None and not program.random_names([statistic.args[1]]):
        raise IllFormed("behind the bar stands no random name")
    if (question.chance.swapped | question.chance.dependent) & program.random_names([statistic]):
        raise Undecided("under another law of these names nothing is known in closed form")
    try:
        if known is None:
            raise Unsupported("an event of several names")
        found, parameters = law_under(program, str(name.data), known)
    except Unsupported:
        return by_ratio(question, str(name.data), statistic.args[1], law)
    parameters = tuple(substituted(p, observed_values(statistic.args[1])) for p in parameters)
    if found != law.data or len(parameters) != len(law.args):
        return by_ratio(question, str(name.data), statistic.args[1], law)
    return _compared(question, law, found, parameters)


def whole(question: Question, name: Expr, law: Expr) -> Answer:
    """Compare the law of a name, over all that it rests on, with the printed one. Raises as `check`."""
    program = question.program
    if name.head != "name" or str(name.data) not in program.laws.laws:
        raise Undecided("of names whose laws rest on one another only each name's own law is derived")
    if (question.chance.swapped | question.chance.dependent) & ancestors(str(name.data), program):
        raise Undecided("under another law of these names nothing is known in closed form")
    return _compared(question, law, *law_under(program, str(name.data), ()))


def _compared(question: Question, law: Expr, found: str, parameters: tuple[Expr, ...]) -> Answer:
    """The printed law against the one that follows, with the status that its parameters earn."""
    if found != law.data or len(parameters) != len(law.args):
        raise Undecided(f"the law that follows is {found}")
    codes = [question.program.compiled(part) for part in parameters]
    answer = by_value(question, law.args, lambda frame: [code(frame) for code in codes], RULE)
    if not question.symbolic or question.quick:
        return answer
    return weakest(question, answer, zip(law.args, parameters, strict=True), RULE)
