"""What a file really is, decided by its content."""

from bureau.files.content.check import Checked, check

__all__ = ["Checked", "check"]
