"""A protocol's conditions in the languages of other rule engines, as they would be written there by hand."""

from collections.abc import Mapping
from typing import Any

from pole.conditions import All, AnyOf, AtLeast, Condition, Named, Not, Test

NAMED = Mapping[str, Condition]


def to_expression(condition: Condition, named: NAMED, words: "Words") -> str:
    """For languages that are written as expressions; a named condition is written out."""
    match condition:
        case Test():
            return words.test(condition)
        case Named(name):
            return to_expression(named[name], named, words)
        case Not(of):
            return f"{words.no}({to_expression(of, named, words)})"
        case All(()):
            return "true"
        case All(of):
            return "(" + words.both.join(to_expression(part, named, words) for part in of) + ")"
        case AnyOf(of):
            return "(" + words.either.join(to_expression(part, named, words) for part in of) + ")"
        case AtLeast():
            raise NotImplementedError("no protocol of the bench counts its parts")


class Words:
    """How one language writes what differs."""

    both, either, no = " and ", " or ", "not "

    def test(self, test: Test) -> str:  # noqa: PLR0911  (one return per test)
        """One test on one fact; what is missing answers none."""
        fact, operand = test.fact.replace(".", "_"), test.operand
        codes = sorted(map(str, operand)) if isinstance(operand, frozenset) else []
        has = self.either.join(f'"{code}" in {fact}' for code in codes)
        match test.test:
            case "is" if isinstance(operand, bool):
                return f"{fact} == {self.truth(operand)}"
            case "is":
                return f'{fact} == "{operand}"' if isinstance(operand, str) else f"{fact} == {operand}"
            case "at_least":
                return self.at_least(fact, operand)
            case "any_of":
                return f"({has})"
            case "none_of":
                return f"{self.no}({has})"
            case "only":
                return self.only(fact, codes)
            case "empty":
                return f"{self.size(fact)} {'==' if operand else '>'} 0"
        raise NotImplementedError(test.test)

    def truth(self, value: bool) -> str:
        return str(value).lower()

    def at_least(self, fact: str, number: object) -> str:
        return f"({fact} != null{self.both}{fact} >= {number})"

    def size(self, fact: str) -> str:
        return f"{fact}.length"

    def only(self, fact: str, codes: list[str]) -> str:
        listed = ", ".join(f'"{code}"' for code in codes)
        return f"({self.size(fact)} > 0 and $all([each in [{listed}] for each in {fact}]))"


class Cel(Words):
    """The Common Expression Language compares like with like: what is missing is -1, a flag 1 or 0."""

    both, either, no = " && ", " || ", "!"

    def truth(self, value: bool) -> str:
        return str(int(value))

    def at_least(self, fact: str, number: object) -> str:
        return f"{fact} >= {number}"

    def size(self, fact: str) -> str:
        return f"size({fact})"

    def only(self, fact: str, codes: list[str]) -> str:
        listed = ", ".join(f'"{code}"' for code in codes)
        return f"(size({fact}) > 0 && {fact}.all(each, each in [{listed}]))"


def to_json_logic(condition: Condition, named: NAMED) -> Any:
    """For JsonLogic, whose rules are JSON."""
    match condition:
        case Test():
            return _json_test(condition)
        case Named(name):
            return to_json_logic(named[name], named)
        case Not(of):
            return {"!": [to_json_logic(of, named)]}
        case All(of):
            return {"and": [to_json_logic(part, named) for part in of]} if of else True
        case AnyOf(of):
            return {"or": [to_json_logic(part, named) for part in of]}
        case AtLeast():
            raise NotImplementedError("no protocol of the bench counts its parts")


def _json_test(test: Test) -> Any:
    fact: Any = {"var": test.fact.replace(".", "_")}
    operand = test.operand
    codes = sorted(map(str, operand)) if isinstance(operand, frozenset) else []
    has = {"or": [{"in": [code, fact]} for code in codes]}
    match test.test:
        case "is":
            return {"===": [fact, operand]}
        case "at_least":
            return {"and": [{"!==": [fact, None]}, {">=": [fact, operand]}]}
        case "any_of":
            return has
        case "none_of":
            return {"!": [has]}
        case "only":
            return {"all": [fact, {"in": [{"var": ""}, codes]}]}
        case "empty":
            return {"!": [fact]} if operand else {"!!": [fact]}
    raise NotImplementedError(test.test)
