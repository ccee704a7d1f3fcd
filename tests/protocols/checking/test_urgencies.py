"""Urgencies that no queue, and reminders that no screen, would know."""

import pytest

from alerts.models import Alert, Owed
from protocols.checking import Kind, examine
from protocols.models import Exchange
from protocols.terms import REMINDER, URGENCIES
from tests.protocols.checking.demo import changed, found


def test_an_urgency_that_no_queue_knows_is_not_signed():
    text = changed(("  yellow:\n", "  jaune:\n"), ("        urgency: yellow", "        urgency: jaune"))
    [fault] = [each for each in examine(text).faults if each.kind == Kind.UNKNOWN_URGENCY]
    assert (fault.article, fault.path) == ("6", "urgencies.jaune")
    assert "red, orange, concerted, yellow" in fault.reason


@pytest.mark.parametrize("code", ["rappel", "dans-la-semaine"])
def test_a_reminder_that_no_screen_knows_is_not_signed(code):
    text = changed(
        ("  reminder:\n    label", f"  {code}:\n    label"), ("urgency: reminder", f"urgency: {code}")
    )
    [fault] = examine(text).faults
    assert (fault.kind, fault.article, fault.path) == (Kind.UNKNOWN_URGENCY, "8", f"urgencies.{code}")
    assert "red, orange, concerted, yellow, reminder" in fault.reason


def test_no_alert_may_be_called_a_reminder():
    text = changed(("        urgency: yellow", "        urgency: reminder"))
    assert (Kind.UNKNOWN_URGENCY, "6", "urgencies.reminder") in found(text)


def test_the_clock_of_a_reminder_is_looked_at_too():
    text = changed(("    label: rappel\n", "    label: rappel\n    acknowledge: 9999 working hours\n"))
    assert (Kind.UNMEETABLE, "8", "urgencies.reminder.acknowledge") in found(text)


@pytest.mark.parametrize("code", [*URGENCIES, REMINDER])
def test_every_code_that_can_be_signed_can_be_written_down(code):
    for model in (Alert, Exchange, Owed):
        assert len(code) <= model._meta.get_field("urgency").max_length
