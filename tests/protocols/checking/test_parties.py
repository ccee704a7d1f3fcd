"""Live facts: whether the services behind the parties have somebody who answers."""

# ruff: noqa: E501  (a table reads line by line)

import pytest

from pole.yamlfile import load
from protocols.checking import Finding, Kind, Staff, check_parties
from protocols.documents import ProtocolError, read_protocol
from protocols.documents.loading import HERE

STAFF = Staff(members=2, by_role={"referent": 1, "direction": 1}, round_the_clock=True, duty_address=True)
EVERYBODY = dict.fromkeys(("VIC", "AUT", "POL", "COO"), STAFF)


def about_parties(**changes: Staff | None) -> set[tuple[Kind, str]]:
    staff = {code: who for code, who in (EVERYBODY | changes).items() if who}
    root = load(HERE / "demo-2026.yaml", error=ProtocolError)
    listed: list[Finding] = check_parties(read_protocol(root), root, staff)
    return {(each.kind, each.path) for each in listed}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({}, set(), id="everybody is there"),
        pytest.param({"POL": None}, {(Kind.NO_MEMBER, "parties.POL")}, id="no service took the party up"),
        pytest.param(
            {"AUT": Staff(0, STAFF.by_role, True, True)}, {(Kind.NO_MEMBER, "parties.AUT")}, id="nobody could read"
        ),
        pytest.param(
            {"AUT": Staff(2, {"referent": 1}, True, True)}, {(Kind.NO_MEMBER, "parties.AUT")}, id="no direction to go up to"
        ),
        pytest.param(
            {"POL": Staff(2, STAFF.by_role, False, True)}, {(Kind.NO_DUTY, "parties.POL")}, id="not there at night"
        ),
        pytest.param(
            {"VIC": Staff(2, STAFF.by_role, False, True)}, set(), id="and need not be, where it does not say so"
        ),
        pytest.param(
            {"VIC": Staff(2, STAFF.by_role, True, False)}, {(Kind.NO_DUTY, "parties.VIC")}, id="no address for alerts"
        ),
    ],
)  # fmt: skip
def test_a_recipient_has_somebody_who_answers(changes, said):
    assert about_parties(**changes) == said
