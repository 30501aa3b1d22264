"""A small app whose only purpose is to let a record walk through the engine."""
