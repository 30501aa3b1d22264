"""The Office: letters and visits."""
