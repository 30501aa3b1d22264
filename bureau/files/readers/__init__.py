"""What runs in the limited process that looks into a file: without Django, without the database."""
