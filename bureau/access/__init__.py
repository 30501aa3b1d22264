"""The one door to records: permitted(), may(), grant(), revoke()."""
