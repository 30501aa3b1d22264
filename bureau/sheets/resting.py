"""Long files without the collector of cycles: it would look at all their rows again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_resting() -> Iterator[None]:
    """Rows and records form no cycles: they go with their last reference, as ever.

    A quarter of the processor's time of an import went into looking for cycles among them.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
