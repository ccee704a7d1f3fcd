"""The interface for a service's own system: doors only, in JSON."""
