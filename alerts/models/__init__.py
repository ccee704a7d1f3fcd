"""What a protocol ordered, what is owed, what was received, what two services linked."""

from alerts.models.access import AccessToken, Scope, SystemAcknowledgement
from alerts.models.advice import Advice
from alerts.models.alert import Alert, AlertState
from alerts.models.asking import Asking
from alerts.models.board import BoardFilter, BoardSignal
from alerts.models.breach import Breach
from alerts.models.certificate import MailCertificate
from alerts.models.disagreement import Conclusion, Disagreement
from alerts.models.emergency import Emergency
from alerts.models.endpoint import ChannelUse, Endpoint
from alerts.models.handling import Handling, Outcome, Relevance
from alerts.models.judgement import Judgement
from alerts.models.owed import Owed, OwedKind
from alerts.models.report import MailOutcome, MailReport, MailTally
from alerts.models.simulation import PublishedCounts, Simulation, SimulationEnd, SimulationKind
from alerts.models.situation import LinkState, Situation

__all__ = [
    "AccessToken",
    "Advice",
    "Alert",
    "AlertState",
    "Asking",
    "BoardFilter",
    "BoardSignal",
    "Breach",
    "ChannelUse",
    "Conclusion",
    "Disagreement",
    "Emergency",
    "Endpoint",
    "Handling",
    "Judgement",
    "LinkState",
    "MailCertificate",
    "MailOutcome",
    "MailReport",
    "MailTally",
    "Outcome",
    "Owed",
    "OwedKind",
    "PublishedCounts",
    "Relevance",
    "Scope",
    "Simulation",
    "SimulationEnd",
    "SimulationKind",
    "Situation",
    "SystemAcknowledgement",
]
