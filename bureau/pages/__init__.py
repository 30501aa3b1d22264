"""PageSet and its generic pages: one declaration per kind of record."""
