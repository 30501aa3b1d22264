"""The sections of the bureau: equals; none imports another."""
