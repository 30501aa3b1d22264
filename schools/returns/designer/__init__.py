"""Designing a form in the browser: editing parts, tables and checks; what is held already; comparing versions."""
