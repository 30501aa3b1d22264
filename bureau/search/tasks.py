"""Indexing what was written in bulk."""

from __future__ import annotations

from bureau.jobs.registry import Payload, task
from bureau.search.declare import SEARCHABLES
from bureau.search.services import write_entries


@task("search.index")
def index(payload: Payload) -> None:
    """Idempotent: it reads the records as they are now."""
    searchable = SEARCHABLES.get(payload["kind"])
    if searchable is not None:
        write_entries(searchable, payload["keys"])
