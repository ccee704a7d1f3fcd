"""Readings as they are stored, and exercises."""

from assessment.models.grids import GridComparison, GridUse, GridVersion
from assessment.models.reading import Answer, Reading, SecondReading, SentBack
from assessment.models.training import HandIn, Invitation, Outcome, VignetteReading

__all__ = [
    "Answer",
    "GridComparison",
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
