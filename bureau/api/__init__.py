"""/api/v1/: the registers for other programs, through the same rights and checks."""
