"""Figures of letters and the monthly report: part of office.letters."""
