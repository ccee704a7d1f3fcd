"""Facts that a search found, in words."""

from django.utils.translation import gettext as _

from protocols.checking.possible import Witness
from protocols.terms import Protocol


def words(protocol: Protocol, witness: Witness) -> str:
    """« criticité : 4 ; marqueurs : M14 »: what is not said may be anything."""
    facts = protocol.vocabulary.facts
    codes: dict[str, list[str]] = {}
    said: list[str] = []
    for name, value in sorted(witness.items()):
        fact, dot, code = name.partition(".")
        if dot and name not in facts:
            codes.setdefault(fact, []).append(code)
        elif value is True:
            said.append(facts[name].label)
        elif value is False:
            said += [] if name in ("first", "risen") else [f"{facts[name].label} : {_('no')}"]
        else:
            said.append(f"{facts[name].label} : {value}")
    said += [f"{facts[fact].label} : {', '.join(found)}" for fact, found in sorted(codes.items())]
    return " ; ".join(said) or _("nothing known at all")
