"""Text that no rule encodes, and rules that no text says.

What can be compared is compared: the delays that a paragraph names in words, and those that its rules carry; whether
a paragraph is encoded at all, or its authors say that it orders nothing. The rest a person reads.
"""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from pole.calendar import Delay, Period
from protocols.checking.findings import Findings, Kind
from protocols.sentences import delay_words
from protocols.terms import Article, Protocol

Span = tuple[int, str, bool]
"""Amount, unit, whether in working hours."""

NUMBERS = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10, "onze": 11, "douze": 12, "quatorze": 14, "quinze": 15, "vingt": 20, "trente": 30,
    "vingt-quatre": 24, "quarante-huit": 48, "soixante-douze": 72,
}  # fmt: skip
UNITS = {"minute": "minutes", "heure": "hours", "jour": "days", "mois": "months", "semaine": "weeks"}
SPAN = re.compile(
    rf"(?:\b(\d+|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})\s+|\bl['’])(minute|heure|jour|semaine|mois)s?\b"
    r"(\s+ouvrables?\b)?",
    re.IGNORECASE,
)
ONE_WORKING_DAY = re.compile(r"\ble\s+jour\s+ouvrable\b", re.IGNORECASE)
CITED = re.compile(r"\barticles?\s+(\d+)", re.IGNORECASE)


def check_texts(protocol: Protocol, findings: Findings) -> None:
    """Every article, both ways."""
    clocks = set(_spans_of_urgencies(protocol))
    said_anywhere = {span for article in protocol.articles for span in spans_in(article.text)}
    for n, article in enumerate(protocol.articles):
        encoded = bool(article.rules or article.terms or article.stands_in or _beside(protocol, article))
        if not encoded and not article.orders_nothing:
            text = _(
                "No rule encodes this text. Write one, say in which part of the file it stands (‘stands_in’), or that "
                "it orders nothing."
            )
            findings.oddity(Kind.NO_RULE, ("articles", n), text)
        group = [other for other in protocol.articles if _group(other.number) == _group(article.number)]
        kept = {span for other in group for span in _spans_of(protocol, other)} | clocks
        for span in sorted(set(spans_in(article.text)) - kept):
            text = _("The text says ‘%(delay)s’, and nothing here counts it.") % {"delay": _words(span)}
            findings.oddity(Kind.NO_RULE, ("articles", n, "text"), text)
        said = {span for other in _read_with(protocol, article) for span in spans_in(other.text)}
        for k, rule in enumerate(article.rules):
            if rule.within and _span(rule.within) not in said:
                text = _("The rule ‘%(rule)s’ counts %(delay)s, and its text does not say so.")
                reason = text % {"rule": rule.id, "delay": delay_words(rule.within)}
                findings.oddity(Kind.NO_TEXT, ("articles", n, "rules", k, "within"), reason)
    for urgency in protocol.urgencies.values():
        for delay in filter(None, [urgency.acknowledge, urgency.answer, *(s.after for s in urgency.ladder)]):
            if _span(delay) not in said_anywhere:
                text = _("‘%(label)s’ counts %(delay)s, and no article says so.")
                reason = text % {"label": urgency.label, "delay": delay_words(delay)}
                findings.oddity(Kind.NO_TEXT, ("urgencies", urgency.code), reason)


def spans_in(text: str) -> Iterator[Span]:
    """The delays that a French text names: « 4 heures ouvrables », « deux jours ouvrables », « l'heure »."""
    for found in SPAN.finditer(text):
        amount = found[1]
        unit = UNITS[found[2].lower()]
        number = 1 if amount is None else int(amount) if amount.isdigit() else NUMBERS[amount.lower()]
        yield (number * 7, "days", bool(found[3])) if unit == "weeks" else (number, unit, bool(found[3]))
    for _found in ONE_WORKING_DAY.finditer(text):
        yield 1, "days", True


def _span(delay: Delay | Period) -> Span:
    if isinstance(delay, Period):
        return (delay.months, "months", False) if delay.months else (delay.days, "days", False)
    return delay.amount, delay.unit, delay.working


def _spans_of_urgencies(protocol: Protocol) -> Iterator[Span]:
    for urgency in protocol.urgencies.values():
        for delay in (urgency.acknowledge, urgency.answer, *(step.after for step in urgency.ladder)):
            if delay:
                yield _span(delay)


def _spans_of(protocol: Protocol, article: Article) -> Iterator[Span]:
    yield from (_span(term) for term in (article.terms or {}).values())
    yield from (_span(rule.within) for rule in article.rules if rule.within)
    if protocol.reminder and protocol.reminder.article == article.number:
        yield from map(_span, protocol.reminder.before)
    for count in protocol.history.values():
        yield _span(count.within)


def _beside(protocol: Protocol, article: Article) -> bool:
    """Whether a reminder or a situation stands under it."""
    kept = (protocol.reminder, protocol.situation)
    return any(item.article == article.number for item in kept if item)


def _read_with(protocol: Protocol, article: Article) -> list[Article]:
    """The paragraphs of its article, and those of the articles that it cites."""
    groups = {_group(article.number), *CITED.findall(article.text)}
    return [other for other in protocol.articles if _group(other.number) in groups]


def _group(number: str) -> str:
    return number.partition(" ")[0]


def _words(span: Span) -> str:
    amount, unit, working = span
    if unit == "months":
        return delay_words(Period(months=amount))
    return delay_words(Delay(amount, unit, working))
