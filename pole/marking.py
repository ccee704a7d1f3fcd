"""Sentences that are written where nothing can translate them, marked for the catalogue. Pure.

Who meets such a sentence says it, as `pole.mistakes` does; a log or a command shows its English as it stands.
"""


def N_(message: str) -> str:
    """The message itself; the catalogue's tool looks for this name."""
    return message
