"""Every ground-floor screen: inbox, accounts, charter, roles, calendar, audit, jobs."""
