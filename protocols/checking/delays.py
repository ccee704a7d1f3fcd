"""Delays that nobody can meet, clocks that contradict one another, urgencies that nobody has to answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import holidays as legal_holidays
from django.utils.translation import gettext as _

from pole.calendar import Delay, due
from pole.conditions.places import Path
from protocols.checking.findings import Findings, Kind, placed_rules
from protocols.sentences import delay_words
from protocols.terms import REMINDER, URGENCIES, Protocol, Urgency

WEEKS_TRIED = 3
"""A week of openings repeats itself; two more for the delays that run over the next."""


def check_delays(protocol: Protocol, findings: Findings) -> None:
    """Every clock of the protocol, at every hour of its first weeks, in the hours of each recipient."""
    clocks = _Clocks(protocol, findings, _holidays(protocol))
    for path, rule in placed_rules(protocol):
        if rule.within:
            clocks.meetable((*path, "within"), rule.within)
    for n, article in enumerate(protocol.articles):
        for name, term in (article.terms or {}).items():
            if isinstance(term, Delay):
                clocks.meetable(("articles", n, "terms", name), term)
    for urgency, recipients, number in _sent(protocol):
        _known(findings, urgency, number)
        _answered(findings, urgency, number)
        _ladder(findings, urgency, number)
        for path, delay in _delays_of(urgency):
            for recipient in sorted(recipients):
                clocks.meetable(path, delay, recipient, article=number)
        clocks.in_order(urgency, sorted(recipients), article=number)


def _sent(protocol: Protocol) -> Iterator[tuple[Urgency, set[str], str]]:
    """Each urgency that rules, the situation or the reminder send, its recipients, and the article that sends it
    first."""
    situation, reminder = protocol.situation, protocol.reminder
    for urgency in protocol.urgencies.values():
        rules = [rule for rule in protocol.rules if rule.urgency == urgency]
        recipients = {to for rule in rules for _from, to in {**(rule.agreed or {}), **(rule.other or {})}}
        articles = [rule.article for rule in rules]
        if situation and situation.urgency == urgency:
            recipients.add(situation.notify)
            articles.append(situation.article)
        if reminder and reminder.urgency == urgency:
            recipients |= {to for (_, to), flow in protocol.matrix.items() if reminder.measure in flow.agreed}
            articles.append(reminder.article)
        if recipients:
            yield urgency, recipients, articles[0]


def _is_alert(protocol: Protocol, urgency: Urgency) -> bool:
    """Whether more than the reminder is sent under it."""
    by_situation = protocol.situation is not None and protocol.situation.urgency == urgency
    return by_situation or any(rule.urgency == urgency for rule in protocol.rules)


def _delays_of(urgency: Urgency) -> Iterator[tuple[Path, Delay]]:
    path: Path = ("urgencies", urgency.code)
    if urgency.acknowledge:
        yield (*path, "acknowledge"), urgency.acknowledge
    if urgency.answer:
        yield (*path, "answer", "within"), urgency.answer
    for n, step in enumerate(urgency.ladder):
        yield (*path, "ladder", n, "after"), step.after


def _known(findings: Findings, urgency: Urgency, article: str) -> None:
    """Sent under another code it would be put last: no queue, no board and no digest knows how grave it is."""
    known = URGENCIES if _is_alert(findings.protocol, urgency) else (*URGENCIES, REMINDER)
    if urgency.code not in known:
        text = _(
            "No screen knows how grave ‘%(code)s’ is: it would wait behind all others. Give it one of these codes: "
            "%(known)s. Its label does not change."
        ) % {"code": urgency.code, "known": ", ".join(known)}
        findings.fault(Kind.UNKNOWN_URGENCY, ("urgencies", urgency.code), text, article=article)


def _answered(findings: Findings, urgency: Urgency, article: str) -> None:
    """An alert that nobody has to acknowledge waits for ever; one that nobody climbs for, too. A reminder need not be
    answered."""
    if not _is_alert(findings.protocol, urgency):
        return
    path: Path = ("urgencies", urgency.code)
    by_rule = any(rule.urgency == urgency for rule in findings.protocol.rules)
    report = findings.fault if by_rule else findings.oddity
    label = {"label": urgency.label}
    if urgency.acknowledge is None:
        text = _("Nobody has to acknowledge an ‘%(label)s’: left unread, it is nobody’s business.") % label
        report(Kind.NO_ACKNOWLEDGEMENT, path, text, article=article)
    elif not urgency.ladder:
        text = _("Without acknowledgement, an ‘%(label)s’ goes up to nobody.") % label
        report(Kind.NO_ESCALATION, path, text, article=article)


def _ladder(findings: Findings, urgency: Urgency, article: str) -> None:
    told: list[str] = []
    for n, step in enumerate(urgency.ladder):
        if step.who in told:
            text = _("The escalation comes back to who was told already: it goes round in a circle.")
            findings.fault(Kind.CIRCULAR, ("urgencies", urgency.code, "ladder", n), text, article=article)
        told.append(step.who)


@dataclass(frozen=True)
class _Clocks:
    """Runs the delays of one protocol, in its calendar."""

    protocol: Protocol
    findings: Findings
    holidays: frozenset[date]

    def meetable(self, path: Path, delay: Delay, recipient: str | None = None, *, article: str = "") -> None:
        """Begun in the first hour that the protocol is in force, a delay ends while it still is."""
        try:
            meets = self._ends(self._first, delay, recipient).date() <= self.protocol.in_force_until
        except ValueError:
            meets = False
        if not meets:
            text = _(
                "No working hour meets this delay (%(delay)s): begun on the first day, it outlives the protocol."
            )
            reason = text % {"delay": delay_words(delay)}
            self.findings.fault(Kind.UNMEETABLE, path, reason, article=article)

    def in_order(self, urgency: Urgency, recipients: list[str], *, article: str) -> None:
        """Acknowledgement, then the rungs from the lowest to the highest; the answer after the acknowledgement.

        The first rung and the answer may fall with the acknowledgement: they are due when it is missing.
        """
        if urgency.acknowledge is None:
            return
        rungs = [(path, delay) for path, delay in _delays_of(urgency) if "ladder" in path]
        chain = [(rung, urgency.acknowledge, False) for rung in rungs[:1]]
        chain += [(higher, lower[1], True) for lower, higher in pairwise(rungs)]
        if urgency.answer and urgency.answer_from == "handover":
            answer: Path = ("urgencies", urgency.code, "answer", "within")
            chain.append(((answer, urgency.answer), urgency.acknowledge, False))
        for (path, later), earlier, strictly in chain:
            hasty = {
                to: at for to in recipients if (at := self._hasty(later, earlier, to, strictly=strictly))
            }
            if hasty:
                text = _(
                    "%(later)s do not run out after %(earlier)s for %(recipients)s: handed over on %(at)s, for example."
                )
                reason = text % {
                    "later": delay_words(later),
                    "earlier": delay_words(earlier),
                    "recipients": ", ".join(hasty),
                    "at": f"{min(hasty.values()):%d/%m/%Y %H:%M}",
                }
                self.findings.fault(Kind.OUT_OF_ORDER, path, reason, article=article)

    def _hasty(self, later: Delay, earlier: Delay, recipient: str, *, strictly: bool) -> datetime | None:
        """The first hour from which the later delay does not end later, if there is one."""
        for hour in range(24 * 7 * WEEKS_TRIED):
            at = self._first + timedelta(hours=hour)
            try:
                first, second = self._ends(at, earlier, recipient), self._ends(at, later, recipient)
            except ValueError:  # said by `meetable`
                return None
            if second < first or (strictly and second == first):
                return at
        return None

    def _ends(self, start: datetime, delay: Delay, recipient: str | None) -> datetime:
        if recipient is None:
            return due(start, delay, self.protocol.working_hours(self.holidays))
        return due(start, delay, self.protocol.clock(delay, recipient, self.holidays))

    @property
    def _first(self) -> datetime:
        return datetime.combine(self.protocol.in_force_from, time.min, self.protocol.zone)


def _holidays(protocol: Protocol) -> frozenset[date]:
    if protocol.holidays_of is None:
        return frozenset()
    years = range(protocol.in_force_from.year - 1, protocol.in_force_until.year + 2)
    return frozenset(legal_holidays.country_holidays(protocol.holidays_of, years=years))
