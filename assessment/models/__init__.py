"""Readings as they are stored."""

from assessment.models.reading import Answer, Reading, SecondReading

__all__ = ["Answer", "Reading", "SecondReading"]
