"""Consultations: drafts open for comment, what was said, what became of it."""
