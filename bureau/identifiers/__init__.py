"""Numbers and codes of the field: check digits, masking, encryption at rest, number series."""
