"""What must happen after the commit: one row, written in the transaction."""
