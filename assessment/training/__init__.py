"""Exercises: several people read the same fictional situations blind, and see how far they agree."""
