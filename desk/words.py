"""Words for what other rooms keep as codes."""

from django.utils.translation import gettext as _

from assessment.models import Reading
from assessment.stored import grid_of
from cases.models import Person
from pole.audit.models import Tag


def urgency_label(code: str) -> str:
    """ "Red alert". The codes are the protocols' own; one we have no word for stands as it is."""
    return {
        "red": _("Red alert"),
        "orange": _("Orange alert"),
        "yellow": _("Yellow alert"),
        "concerted": _("Concerted alert"),
        "reminder": _("Reminder"),
    }.get(code, code)


def dynamics_label(reading: Reading) -> str:
    """The type that counts, as the reading's grid words it; "" for a grid without types."""
    code = reading.chosen_dynamics or reading.dynamics
    return grid_of(reading).dynamics[code].label if code else ""


def safe_contact(person: Person) -> str:
    """What to know before calling somebody, the gravest first; '' when nothing is known."""
    lines = []
    if person.never_contact:
        lines.append(_("Never: {text}").format(text=person.never_contact))
    if person.phone and not person.may_leave_message:
        lines.append(_("leave no message"))
    if person.safe_hours:
        lines.append(_("safe: {text}").format(text=person.safe_hours))
    if person.code_word:
        lines.append(_("agreed word: {text}").format(text=person.code_word))
    return " · ".join(lines)


def tag_label(tag: str) -> str:
    """What the journal says happened."""
    return {
        Tag.SIGNED_IN: _("signed in"),
        Tag.DENIED: _("right refused"),
        Tag.STRANGER: _("refused: not a member"),
        Tag.CASE_OPENED: _("opened the case"),
        Tag.CASE_READ: _("read the case"),
        Tag.CASE_CHANGED: _("changed the case"),
        Tag.CASE_SEARCHED: _("searched cases"),
        Tag.GLASS_BROKEN: _("opened a colleague's case"),
        Tag.TEAM_CHANGED: _("changed the team"),
        Tag.AGREEMENT_RECORDED: _("recorded an agreement"),
        Tag.AGREEMENT_WITHDRAWN: _("withdrew an agreement"),
        Tag.READING_STARTED: _("started a reading"),
        Tag.READING_DISCARDED: _("gave up a reading"),
        Tag.READING_FINALISED: _("finalised a reading"),
        Tag.READING_SECONDED: _("gave a second reading"),
        Tag.READING_SENT_BACK: _("sent a reading back"),
        Tag.READING_ANSWERED: _("answered a reading sent back"),
        Tag.READING_EXPORTED: _("exported a reading"),
        Tag.READING_OVERDUE: _("reading overdue"),
        Tag.GRID_LOADED: _("loaded a grid"),
        Tag.GRID_TAKEN: _("took a grid in use"),
        Tag.GRID_RETIRED: _("retired a grid"),
        Tag.GRID_COMPARED: _("asked what another grid would say of all readings"),
        Tag.ALERT_DECIDED: _("alert decided"),
        Tag.ALERT_RELEASED: _("released a held alert"),
        Tag.ALERT_DROPPED: _("let a held alert be"),
        Tag.ALERT_READ: _("read an alert"),
        Tag.ALERT_ACKNOWLEDGED: _("acknowledged an alert"),
        Tag.ALERT_ANSWERED: _("answered an alert"),
        Tag.ALERT_WRITTEN: _("wrote under an alert"),
        Tag.ALERT_RECALLED: _("took an alert back"),
        Tag.ALERT_MARKED: _("said how relevant an alert was"),
        Tag.ALERT_GIVEN: _("gave an alert to somebody"),
        Tag.ALERT_SNOOZED: _("put an alert off"),
        Tag.ALERT_WOKEN: _("put an alert back on the board"),
        Tag.ALERT_TIED: _("tied alerts together"),
        Tag.ALERT_UNTIED: _("untied alerts"),
        Tag.ALERT_ESCALATED: _("alert escalated"),
        Tag.EMERGENCY_WRITTEN: _("said why something left without agreement"),
        Tag.EMERGENCY_REVIEWED: _("reviewed what left without agreement"),
        Tag.EMERGENCY_OVERDUE: _("review of what left without agreement overdue"),
        Tag.REGISTER_EXPORTED: _("exported the register of exchanges"),
        Tag.EXCHANGE_SENT: _("message sent to a service"),
        Tag.EXCHANGE_REFUSED: _("message refused by the door"),
        Tag.SITUATION_PROPOSED: _("proposed to link cases"),
        Tag.SITUATION_LINKED: _("cases linked"),
        Tag.ADVICE_ASKED: _("asked for advice"),
        Tag.ADVICE_READ: _("read a request for advice"),
        Tag.ADVICE_GIVEN: _("gave advice"),
        Tag.ADVICE_LATE: _("advice overdue"),
        Tag.ADVICE_ATTACHED: _("attached advice to a case"),
        Tag.DISAGREEMENT_OPENED: _("disagreement opened"),
        Tag.DISAGREEMENT_CONCLUDED: _("concluded on a disagreement"),
        Tag.DISAGREEMENT_CLOSED: _("disagreement closed"),
        Tag.ACCESS_CHANGED: _("changed what a system of the service may do"),
        Tag.CHANNEL_CHANGED: _("changed how the service’s own system is told"),
        Tag.MEMBER_CHANGED: _("changed the members"),
        Tag.DUTY_PLANNED: _("planned a turn of duty"),
        Tag.DUTY_REPLACED: _("had somebody replaced on duty"),
        Tag.DUTY_REMOVED: _("removed a turn of duty"),
        Tag.DUTY_RESTORED: _("put a turn of duty back"),
        Tag.CERTIFICATE_CHANGED: _("changed the certificate of the duty e-mail"),
        Tag.PROTOCOL_DRAFTED: _("started the draft of a protocol"),
        Tag.PROTOCOL_SIMULATED: _("simulated the draft of a protocol"),
        Tag.PROTOCOL_COUNTED: _("showed counts of a simulation to the parties"),
        Tag.PROTOCOL_PROPOSED: _("proposed a protocol for signature"),
        Tag.PROTOCOL_TAKEN_BACK: _("took a proposed protocol back"),
        Tag.PROTOCOL_DROPPED: _("gave up the draft of a protocol"),
        Tag.PROTOCOL_SIGNED: _("signed a protocol"),
        Tag.PROTOCOL_DECLINED: _("declined to sign a protocol"),
        Tag.PROTOCOL_AMENDED: _("signed last: a version of a protocol is amended"),
        Tag.PROTOCOL_SUSPENDED: _("suspended a protocol"),
        Tag.PROTOCOL_RESUMED: _("resumed a protocol"),
        Tag.PROTOCOL_WITHDRAWN: _("withdrew from a protocol"),
        Tag.EXERCISE_OPENED: _("opened an exercise"),
        Tag.EXERCISE_HANDED_IN: _("handed in an exercise"),
        Tag.EXERCISE_PUBLISHED: _("results of an exercise sent"),
        Tag.EXERCISE_EXPORTED: _("exported the data of an exercise"),
    }.get(Tag(tag), tag)
