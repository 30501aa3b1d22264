"""A school asks for another value of what personnel keeps in a teacher's record."""
