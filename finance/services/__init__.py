"""Writes over money: each locks what it changes."""
