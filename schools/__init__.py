"""The shared register of schools, owned once."""
