"""Letters and visits: office.letters."""
