"""The forms in which a protocol is written."""
