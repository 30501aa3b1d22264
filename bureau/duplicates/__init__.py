"""One thing that stands in a register twice: found, compared, merged or kept apart."""
