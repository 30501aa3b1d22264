from __future__ import annotations

import pytest

from schools.returns.models import Collection, Return
from tests.cast import Cast
from tests.factories import returns
from tests.factories.returns import CollectionFactory


@pytest.fixture
def collection(cast: Cast) -> Collection:
    """The small form, issued by the section of basic education; nobody has a return of it yet."""
    made: Collection = CollectionFactory()
    return made


@pytest.fixture
def draft(cast: Cast) -> Return:
    """The empty return of the cast's school."""
    return returns.issued(cast)
