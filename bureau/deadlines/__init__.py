"""Working-day calendar and statutory clocks."""
