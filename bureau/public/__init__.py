"""The shell of the public site."""
