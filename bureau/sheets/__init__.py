"""Workbooks in and out: templates, dry run, all or nothing."""
