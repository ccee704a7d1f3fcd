"""The reading grids that ship, each a file; `load_grid` reads these and any other."""

from assessment.grid import Answer, Grid, InvalidAnswer, UnknownIndicator
from assessment.grids.loading import GridError, load_grid, shipped

__all__ = ["Answer", "Grid", "GridError", "InvalidAnswer", "UnknownIndicator", "load_grid", "shipped"]
