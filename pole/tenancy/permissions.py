"""Roles in a service and the rights each has. Need-to-know inside it is the case team's matter."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Perm(StrEnum):
    """What a view may ask of its actor."""

    MEMBER = "member"  # anyone who works for the service
    CASE_READ = "case.read"
    CASE_WRITE = "case.write"
    READING_WRITE = "reading.write"
    READING_SECOND = "reading.second"
    ALERT_READ = "alert.read"
    ALERT_HANDLE = "alert.handle"  # acknowledge and answer
    ALERT_DECIDE = "alert.decide"  # release or drop what is held
    SITUATION_LINK = "situation.link"
    ADVICE_ASK = "advice.ask"  # of the coordination, without naming anybody
    TRAINING = "training"  # take part in exercises, see what they came to
    TRAINING_ORGANISE = "training.organise"
    PROTOCOL_READ = "protocol.read"
    PROTOCOL_WRITE = "protocol.write"  # draft, propose, take back
    PROTOCOL_SIGN = "protocol.sign"  # engage the service: sign, suspend, withdraw
    JOURNAL_READ = "journal.read"
    REGISTER_READ = "register.read"  # every exchange of the service, without content
    MEMBERS_MANAGE = "members.manage"
    DUTY_MANAGE = "duty.manage"  # who is on duty, from when to when
    GRID_MANAGE = "grid.manage"
    CHANNELS_MANAGE = "channels.manage"  # the service's own system: where it is called, what it may ask


class Role(TextChoices):
    """One per person and service (design: "Roles in a service")."""

    PRACTITIONER = "practitioner", _("practitioner")
    REFERENT = "referent", _("référent")
    COORDINATION = "coordination", _("coordination")
    LIAISON = "liaison", _("liaison officer")
    DIRECTION = "direction", _("direction")
    AUDIT = "audit", _("data protection officer")


_EVERYONE = frozenset({Perm.MEMBER, Perm.PROTOCOL_READ})
_PRACTICE = _EVERYONE | {
    Perm.CASE_READ,
    Perm.CASE_WRITE,
    Perm.READING_WRITE,
    Perm.ALERT_READ,
    Perm.ALERT_HANDLE,
    Perm.SITUATION_LINK,
    Perm.ADVICE_ASK,
    Perm.TRAINING,
}

RIGHTS: dict[str, frozenset[Perm]] = {
    Role.PRACTITIONER: _PRACTICE,
    Role.REFERENT: _PRACTICE
    | {Perm.READING_SECOND, Perm.ALERT_DECIDE, Perm.PROTOCOL_WRITE, Perm.REGISTER_READ},
    Role.COORDINATION: _EVERYONE
    | {
        Perm.ALERT_READ,
        Perm.ALERT_HANDLE,
        Perm.SITUATION_LINK,
        Perm.TRAINING,
        Perm.TRAINING_ORGANISE,
        Perm.PROTOCOL_WRITE,
        Perm.DUTY_MANAGE,
    },
    Role.LIAISON: _PRACTICE,
    # The direction is the last rung of every ladder: it decides on what nobody decided.
    Role.DIRECTION: _PRACTICE
    | {
        Perm.READING_SECOND,
        Perm.ALERT_DECIDE,
        Perm.JOURNAL_READ,
        Perm.REGISTER_READ,
        Perm.MEMBERS_MANAGE,
        Perm.DUTY_MANAGE,
        Perm.GRID_MANAGE,
        Perm.CHANNELS_MANAGE,
        Perm.TRAINING_ORGANISE,
        Perm.PROTOCOL_WRITE,
        Perm.PROTOCOL_SIGN,
    },
    Role.AUDIT: _EVERYONE | {Perm.JOURNAL_READ, Perm.REGISTER_READ},
}

# Who sees every case of the service without being in its team. Restricted cases stay with their team.
SEES_ALL_CASES = frozenset({Role.REFERENT, Role.DIRECTION})
