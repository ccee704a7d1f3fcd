"""What a protocol's articles order, as French sentences to read beside their text. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from pole.calendar import Delay, Opening, Period
from pole.conditions import describe
from protocols.terms import HOLD, Article, Party, Protocol, Rule, Urgency
from protocols.wording import ProtocolWording

UNITS = {"minutes": ("minute", "minutes"), "hours": ("heure", "heures"), "days": ("jour", "jours")}
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
ROLES = {"referent": "référent·e", "direction": "direction"}


@dataclass(frozen=True, slots=True)
class RuleText:
    """One rule in words: when it holds, what is then done, what goes from whom to whom, on which terms."""

    id: str
    condition: str
    duty: str
    sends: list[tuple[str, str]]
    held: list[tuple[str, str]]
    terms: list[str]


@dataclass(frozen=True, slots=True)
class ArticleText:
    """An article's signed text, and all that it orders or sets."""

    number: str
    text: str
    rules: list[RuleText]
    terms: list[str]


@dataclass(frozen=True, slots=True)
class UrgencyText:
    """One colour of alert and its clock in words; empty where the protocol sets none."""

    code: str
    label: str
    acknowledge: str
    answer: str
    ladder: list[str]


def delay_words(delay: Delay | Period) -> str:
    """« 4 heures ouvrables », « 1 jour ouvrable », « 6 mois »."""
    if isinstance(delay, Period):
        return f"{delay.months} mois" if delay.months else _counted(delay.days, "days")
    words = _counted(delay.amount, delay.unit)
    return f"{words} ouvrable{'s' if delay.amount > 1 else ''}" if delay.working else words


def article_text(protocol: Protocol, article: Article) -> ArticleText:
    """One article with its rules; those that the file keeps beside (reminder, situation) stand here too."""
    terms = [f"Délai : {delay_words(term)}." for term in (article.terms or {}).values()]
    return ArticleText(
        article.number,
        article.text,
        [rule_text(protocol, rule) for rule in article.rules],
        [*_reminder(protocol, article.number), *_situation(protocol, article.number), *terms],
    )


def rule_text(protocol: Protocol, rule: Rule) -> RuleText:
    """A rule as a lawyer would read it."""
    terms = []
    if rule.urgency and rule.within:
        terms.append(
            f"{_capital(rule.urgency.label)}, à envoyer dans un délai de {delay_words(rule.within)}."
        )
    if rule.agreed:
        terms.append("Avec l'accord de la personne.")
        terms.append(
            "À défaut d'accord : retenue, le ou la référent·e décide."
            if rule.otherwise == HOLD
            else "À défaut d'accord : rien ne part."
        )
    elif rule.otherwise == HOLD and rule.basis:
        terms.append("Toujours retenue : le ou la référent·e décide, avec ou sans accord de la personne.")
        terms.append(f"Base : {protocol.bases[rule.basis].label}.")
    elif rule.basis:
        terms.append(f"Sans accord requis. Base : {protocol.bases[rule.basis].label}.")
    if rule.purposes:
        terms.append("Finalités : " + " ; ".join(protocol.purposes[code] for code in rule.purposes) + ".")
    senders = ", ".join(code for code in protocol.parties if code in rule.senders)
    return RuleText(
        id=rule.id,
        condition=f"Si {describe(rule.when, ProtocolWording(protocol))}.",
        duty=f"{senders} : {rule.duty}" if rule.duty else "",
        sends=_flows(protocol, rule.agreed or (None if rule.otherwise == HOLD else rule.other)),
        held=_flows(protocol, rule.other) if rule.otherwise == HOLD else [],
        terms=terms,
    )


def urgency_text(urgency: Urgency) -> UrgencyText:
    """An urgency's delays in words."""
    since = {"handover": "de la remise", "acknowledgement": "de l'accusé"}.get(urgency.answer_from or "", "")
    return UrgencyText(
        urgency.code,
        urgency.label,
        delay_words(urgency.acknowledge) if urgency.acknowledge else "",
        f"{delay_words(urgency.answer)} à partir {since}" if urgency.answer else "",
        [
            f"après {delay_words(step.after)} : {ROLES[step.who]}"
            + (f" ({step.sender})" if step.sender else "")
            for step in urgency.ladder
        ],
    )


def week_words(week: Sequence[Opening]) -> list[str]:
    """« du lundi au vendredi : 09:00–12:00, 13:00–17:00 », a line for each run of days that open alike."""
    lines = []
    for opening, run in groupby(range(len(week)), key=lambda day: week[day]):
        days = list(run)
        if not opening:
            continue
        spans = ", ".join(f"{begin:%H:%M}–{end:%H:%M}" for begin, end in opening)
        named = f"du {DAYS[days[0]]} au {DAYS[days[-1]]}" if len(days) > 1 else f"le {DAYS[days[0]]}"
        lines.append(f"{named} : {spans}")
    return lines


def hours_words(party: Party) -> list[str]:
    """When a party is there."""
    if party.always:
        return ["jour et nuit"]
    return week_words(party.week) if party.week else ["aux heures ouvrables"]


def _reminder(protocol: Protocol, number: str) -> list[str]:
    rule = protocol.reminder
    if rule is None or rule.article != number:
        return []
    when = ", puis ".join(delay_words(period) for period in rule.before)
    return [
        f"{_capital(rule.urgency.label)} : {when} avant la fin, à criticité {rule.least_severity} ou plus, "
        "avec accord.",
        "Transmis : " + _named(protocol, rule.share) + ".",
    ]


def _situation(protocol: Protocol, number: str) -> list[str]:
    rule = protocol.situation
    if rule is None or rule.article != number:
        return []
    return [
        f"{_capital(rule.urgency.label)} vers {rule.notify} : écart de {rule.difference} ou plus, l'une des "
        f"lectures à {rule.one_reaches} ou plus.",
        f"Transmis : {_named(protocol, rule.share)}. Base : {protocol.bases[rule.basis].label}.",
    ]


def _flows(
    protocol: Protocol, shares: Mapping[tuple[str, str], tuple[str, ...]] | None
) -> list[tuple[str, str]]:
    return [
        (f"{sender} → {recipient}", _named(protocol, codes))
        for (sender, recipient), codes in (shares or {}).items()
    ]


def _named(protocol: Protocol, codes: tuple[str, ...]) -> str:
    return ", ".join(protocol.categories[code] for code in codes)


def _counted(amount: int, unit: str) -> str:
    return f"{amount} {UNITS[unit][amount > 1]}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
