"""Readings as they are stored."""

from assessment.models.reading import Answer, Reading, SecondReading, SentBack

__all__ = ["Answer", "Reading", "SecondReading", "SentBack"]
