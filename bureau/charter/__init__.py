"""Units, duties, memberships, capabilities, remits: the organisation as data."""
