"""Reports on persons (检举控告): registered, seen and closed by the discipline unit alone."""
