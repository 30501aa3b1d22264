"""Transitions, perform(), work items, delegation."""
