"""Funds and everything that happens to money, assets and buildings."""
