"""Who wrote a letter, shown inside the bureau: for a reason, for a time, with a second person's yes."""
