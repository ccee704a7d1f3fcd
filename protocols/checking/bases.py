"""Legal bases that are missing, that do not fit what rests on them, or that the law did not know that day."""

from django.utils.translation import gettext as _

from pole import legal
from protocols.checking.findings import Findings, Kind, placed_rules
from protocols.terms import AGREEMENT, Protocol


def check_bases(protocol: Protocol, findings: Findings) -> None:
    """The bases as the protocol defines them, and as its rules use them."""
    numbers = {article.number for article in protocol.articles}
    for code, basis in protocol.bases.items():
        if basis.article not in numbers:
            text = _("It rests on article %(article)s, which the protocol does not have.")
            findings.fault(Kind.BASIS, ("bases", code, "article"), text % {"article": basis.article})
        known = legal.bases().get(basis.law) if basis.law else None
        for day in (protocol.in_force_from, protocol.in_force_until) if known else ():
            if known and not known.in_force_on(day):
                text = _("‘%(label)s’ is no basis in law on %(day)s.")
                reason = text % {"label": known.label, "day": f"{day:%d/%m/%Y}"}
                findings.fault(Kind.BASIS, ("bases", code, "law"), reason, article=basis.article)
    for path, rule in placed_rules(protocol):
        if rule.basis is None or rule.agreed:
            continue
        law = protocol.bases[rule.basis].law
        by_the_person = law is not None and legal.bases()[law].by_the_person
        if rule.basis == AGREEMENT or by_the_person:
            text = _("It goes without asking the person, on a basis that only the person can give.")
            findings.fault(Kind.BASIS, (*path, "basis"), text)
