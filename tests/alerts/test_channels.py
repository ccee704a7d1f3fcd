"""One shape for every channel, and none in another's way."""

import smtplib

import pytest

from alerts.channels import email
from alerts.channels.known import BY_KIND, CHANNELS
from alerts.channels.shape import Passing, Permanent
from alerts.factories import finalised
from alerts.models import Owed, OwedKind
from assessment.factories import LEVEL_4
from tests.alerts.conftest import TUESDAY_10
from tests.cast import Cast


def test_each_channel_has_its_own_rows():
    assert len(BY_KIND) == len(CHANNELS)


@pytest.mark.parametrize(
    ("error", "failure", "kept"),
    [
        pytest.param(smtplib.SMTPDataError(554, b"no"), Permanent, "554 no", id="the message, for good"),
        pytest.param(smtplib.SMTPDataError(451, b"later"), Passing, "451 later", id="the message, for now"),
        pytest.param(
            smtplib.SMTPRecipientsRefused({"ana@a.example": (550, b"ana@a.example unknown")}),
            Permanent,
            "550 recipient refused",
            id="the address, which is not repeated",
        ),
        pytest.param(
            smtplib.SMTPAuthenticationError(535, b"who?"),
            Passing,
            "535 who?",
            id="our own sign-in, not theirs",
        ),
        pytest.param(TimeoutError(), Passing, "TimeoutError", id="nobody answers"),
    ],
)
def test_what_a_mail_server_says_passes_or_stays(cast: Cast, protocol, monkeypatch, error, failure, kept):
    finalised(cast.actor(cast.ana), LEVEL_4, at=TUESDAY_10)
    [row] = Owed.objects.filter(kind=OwedKind.NOTICE, service=cast.police)

    def refuse(**_: object) -> str:
        raise error

    monkeypatch.setattr(email, "send_notice", refuse)
    with pytest.raises(failure) as told:
        email.deliver(row)
    assert str(told.value) == kept
