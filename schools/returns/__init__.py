"""Returns: a form that sections issue, schools answer, districts and sections look at, cell by cell."""
