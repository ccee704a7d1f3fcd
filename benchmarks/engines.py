"""Forty rules on one reading: ours, and the same rules in rule-engine, JsonLogic and CEL, in the same run.

The other engines are no dependency of the project. Where they are not installed the comparison says so; to have it:
`pip install rule-engine json-logic-qubit cel-python` in an environment of its own (json-logic itself runs on Python 2
only; json-logic-qubit is the same library kept up).
"""

from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import Any

from benchmarks.timing import compare, say
from benchmarks.translating import Cel, Words, to_expression, to_json_logic
from pole.conditions import Facts as Values
from pole.conditions import Program
from protocols.documents import load_protocol
from protocols.engine import Cause, Facts, evaluate, orders_of
from protocols.registry import shipped_text
from protocols.terms import Protocol

RULES, MANY = 40, 20
AT = datetime(2026, 9, 15, 8, tzinfo=UTC)
ARTICLE = """
  - number: "15"
    text: Des règles de plus, pour la mesure seule.
    rules:
"""
RULE = """      - id: more-{n}
        when:
          all:
            - {{severity: {{at_least: {level}}}}}
            - {{any: [{{new_markers: {{any_of: [M{a}, M{b}]}}}}, {{active: {{any_of: [A{a}, B{c}]}}}}]}}
            - {{not: only_suicide}}
        urgency: orange
        within: 4 working hours
        purposes: [F1]
        otherwise: hold
        agreed:
          VIC -> AUT: [C01, C05]
        held:
          VIC -> AUT: [C01, C05]
"""
READINGS = [
    Facts("VIC", 3, 2, False, "T4", (Cause("M10", 3, frozenset({"B7"})),), frozenset({"M10"}), frozenset({"M10"}),
          frozenset({"A1", "A4", "B7"}), frozenset({"B7"})),
    Facts("VIC", 4, 4, False, "T5", (Cause("M11", 4, frozenset({"B9"})),), frozenset({"M11"}), frozenset({"M11"}),
          frozenset({"B9"}), frozenset({"B9"})),
    Facts("VIC", 4, None, True, "T5", (Cause("M5", 4, frozenset({"A12"})),), frozenset({"M5"}), frozenset({"M5"}),
          frozenset({"A12"}), frozenset({"A12"}), {"A12.children_present": False}),
    Facts("VIC", 1, None, True, "T0"),
    Facts("VIC", None, None, True, "TI"),
    Facts("VIC", 2, 1, False, "T1", active=frozenset({"A4"}), newly_active=frozenset({"A4"}), due_new=True),
]  # fmt: skip
"""What the engines are first made to agree on; the first is the one that is measured."""

Decide = Callable[[], list[bool]]


def forty_rules() -> Protocol:
    """The demonstration protocol, with as many rules more as make forty."""
    text = shipped_text("demo-2026")
    missing = RULES - len(load_protocol("demo-2026").rules)
    more = "".join(
        RULE.format(n=n, level=1 + n % 4, a=1 + n % 14, b=1 + (n + 5) % 14, c=1 + n % 11)
        for n in range(missing)
    )
    return load_protocol(text + ARTICLE + more)


def run() -> None:
    """Measure ours against each, and say which were not there."""
    protocol = forty_rules()
    program = Program(protocol.conditions)
    predicates = [program.compile(rule.when) for rule in protocol.rules]

    def ours(facts: Facts) -> Decide:
        return lambda: [holds(values) for values in [facts.values()] for holds in predicates]

    whole = _repeated(lambda: orders_of(evaluate(protocol, READINGS[0], at=AT, holidays=frozenset())))
    conditions = _repeated(ours(READINGS[0]))
    compare(f"{RULES} rules: deciding and ordering, to deciding alone", whole, conditions, rounds=7)
    for name, module, build in (
        ("rule-engine", "rule_engine", _rule_engine),
        ("json-logic-qubit", "json_logic", _json_logic),
        ("cel-python", "celpy", _cel),
    ):
        if find_spec(module) is None:
            say(f"{RULES} rules, to {name}: not installed here, not compared")
            continue
        theirs = build(protocol)
        for facts in READINGS:
            assert theirs(facts)() == ours(facts)(), f"{name} decides otherwise on {facts}"
        other = _repeated(theirs(READINGS[0]))
        compare(f"{RULES} rules: deciding, to {name}", conditions, other, rounds=3)
        compare(f"{RULES} rules: deciding and ordering, to {name}", whole, other, rounds=3)


def _repeated(act: Callable[[], object]) -> Callable[[], None]:
    def repeated() -> None:
        for _ in range(MANY):
            act()

    return repeated


def _plain(protocol: Protocol, values: Values) -> dict[str, Any]:
    """Every fact by a name without dots; None for what is missing, lists for sets of codes."""
    found = {name.replace(".", "_"): values.get(name) for name in protocol.vocabulary.facts}
    return {name: sorted(each) if isinstance(each, set | frozenset) else each for name, each in found.items()}


def _comparable(value: Any) -> Any:
    """As CEL compares: -1 for what is missing, 1 or 0 for a flag."""
    return -1 if value is None else int(value) if isinstance(value, bool) else value


def _rule_engine(protocol: Protocol) -> Callable[[Facts], Decide]:
    import rule_engine

    context = rule_engine.Context(default_value=None)
    rules = [
        rule_engine.Rule(to_expression(rule.when, protocol.conditions, Words()), context=context)
        for rule in protocol.rules
    ]

    def on(facts: Facts) -> Decide:
        return lambda: [
            bool(rule.matches(plain)) for plain in [_plain(protocol, facts.values())] for rule in rules
        ]

    return on


def _json_logic(protocol: Protocol) -> Callable[[Facts], Decide]:
    from json_logic import jsonLogic

    rules = [to_json_logic(rule.when, protocol.conditions) for rule in protocol.rules]

    def on(facts: Facts) -> Decide:
        return lambda: [
            bool(jsonLogic(rule, plain)) for plain in [_plain(protocol, facts.values())] for rule in rules
        ]

    return on


def _cel(protocol: Protocol) -> Callable[[Facts], Decide]:
    import celpy

    environment = celpy.Environment()
    programs = [
        environment.program(environment.compile(to_expression(rule.when, protocol.conditions, Cel())))
        for rule in protocol.rules
    ]

    def on(facts: Facts) -> Decide:
        def decide() -> list[bool]:
            plain = _plain(protocol, facts.values())
            given = {name: celpy.json_to_cel(_comparable(value)) for name, value in plain.items()}
            return [bool(program.evaluate(given)) for program in programs]

        return decide

    return on
