"""Reads over the school register."""
