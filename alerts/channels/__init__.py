"""The ways by which a service learns that something waits: each a package of the shape in `shape`."""
