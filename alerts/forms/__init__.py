"""Forms of what is sent, received and decided: a module for each subject."""

TEXT = {"rows": 3}
"""Attributes of a field for a few sentences."""
