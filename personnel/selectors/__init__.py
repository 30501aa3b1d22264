"""Reads over the teacher register."""
