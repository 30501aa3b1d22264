"""Files beside records: checked by content, kept, handed out through rights."""
