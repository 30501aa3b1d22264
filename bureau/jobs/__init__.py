"""Draining the outbox, long jobs with progress, the schedule."""
