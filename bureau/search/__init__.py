"""One box over everything that a person may see; saved views."""
