"""What the room takes in as workbooks of rows: returns of past years."""

from schools.returns.workbook import past  # noqa: F401 – registers its workbook
