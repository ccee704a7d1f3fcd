"""Readings as they are stored, and exercises."""

from assessment.models.grids import GridUse, GridVersion
from assessment.models.reading import Answer, Reading, SecondReading, SentBack
from assessment.models.training import HandIn, Invitation, Outcome, VignetteReading

__all__ = [
    "Answer",
    "GridUse",
    "GridVersion",
    "HandIn",
    "Invitation",
    "Outcome",
    "Reading",
    "SecondReading",
    "SentBack",
    "VignetteReading",
]
