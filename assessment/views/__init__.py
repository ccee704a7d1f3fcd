"""Pages of readings: filled in, seen over time, taken out."""
