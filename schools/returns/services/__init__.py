"""What happens with returns: cells, steps, figures."""
