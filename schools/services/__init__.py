"""Writes over the school register."""
