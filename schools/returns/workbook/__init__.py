"""The workbook of a return: made pre-filled, taken in again, checked, saved. See docs/workbooks.md."""
