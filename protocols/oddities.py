"""What a protocol may legally say and probably does not mean. Cheap checks, without facts."""

from collections.abc import Iterator

from pole.conditions import names_in
from protocols.terms import Protocol


def oddities(protocol: Protocol) -> Iterator[str]:
    """A sentence per oddity; none for a tidy protocol."""
    conditions = [*protocol.conditions.values(), *(rule.when for rule in protocol.rules)]
    used = frozenset().union(*(names_in(condition) for condition in conditions))
    for name in protocol.conditions:
        if name not in used:
            yield f"the condition '{name}' is used nowhere"
    for rule in protocol.rules:
        if rule.urgency and rule.urgency.acknowledge is None:
            yield f"rule '{rule.id}' sends an alert that nobody has to acknowledge"
        for step in rule.urgency.ladder if rule.urgency else ():
            acknowledge = rule.urgency.acknowledge if rule.urgency else None
            if acknowledge and step.after.working != acknowledge.working:
                yield f"rule '{rule.id}': its escalation counts other hours than its acknowledgement"
                break
    mentioned = {pair for rule in protocol.rules for pair in {**(rule.agreed or {}), **(rule.other or {})}}
    for sender, recipient in protocol.matrix:
        concerned = protocol.situation and recipient == protocol.situation.notify
        recalled = (
            protocol.reminder and protocol.reminder.measure in protocol.matrix[sender, recipient].agreed
        )
        if (sender, recipient) not in mentioned and not concerned and not recalled:
            yield f"the matrix opens '{sender} -> {recipient}', which no article uses"
    bases = {rule.basis for rule in protocol.rules if rule.basis} | {"agreement"}
    if protocol.situation:
        bases.add(protocol.situation.basis)
    for code in protocol.bases:
        if code not in bases:
            yield f"the basis '{code}' is used nowhere"
