"""Everything that the portal holds, taken out whole, and brought back into an empty place."""
