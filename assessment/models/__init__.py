"""Readings as they are stored."""

from assessment.models.grids import GridUse, GridVersion
from assessment.models.reading import Answer, Reading, SecondReading, SentBack

__all__ = ["Answer", "GridUse", "GridVersion", "Reading", "SecondReading", "SentBack"]
