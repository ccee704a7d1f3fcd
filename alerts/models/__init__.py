"""What a protocol ordered, what is owed, what was received, what two services linked."""

from alerts.models.alert import Alert, AlertState
from alerts.models.breach import Breach
from alerts.models.disagreement import Conclusion, Disagreement
from alerts.models.endpoint import ChannelUse, Endpoint
from alerts.models.handling import Handling, Outcome
from alerts.models.owed import Owed, OwedKind
from alerts.models.situation import LinkState, Situation

__all__ = [
    "Alert",
    "AlertState",
    "Breach",
    "ChannelUse",
    "Conclusion",
    "Disagreement",
    "Endpoint",
    "Handling",
    "LinkState",
    "Outcome",
    "Owed",
    "OwedKind",
    "Situation",
]
