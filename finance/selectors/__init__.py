"""Reads over money."""
