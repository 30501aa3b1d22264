"""The money pages in the bureau's and the schools' workspace."""

from finance.pages import allocations, codes, entries, funds

__all__ = ["allocations", "codes", "entries", "funds"]
