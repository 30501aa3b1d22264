"""Writes over the teacher register."""
