"""Teachers and everything that happens in a teacher's career."""
