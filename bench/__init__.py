"""Benchmarks against peers and against the limit, in one run. No part of the tests or of the portal."""
