"""Fictional situations to practise reading on, each a file."""

from assessment.vignettes.loading import ProposedReading, Vignette, VignetteError, load_vignette, shipped

__all__ = ["ProposedReading", "Vignette", "VignetteError", "load_vignette", "shipped"]
