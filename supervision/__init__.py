"""Frameworks, inspections, government supervision, monitoring."""
