"""Requests about personal data: who sent something asks for a correction or a deletion, the office decides."""
