"""Answers that the public may read: redacted copies, checked by a second person, withdrawn for good."""
