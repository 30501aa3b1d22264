"""How the site tests come by records: one function per kind of record, in modules of this folder.

@register(Letter)
def letters(cast, count):
    ...make `count` more letters...
    return cast.office_clerk  # a person who sees every one of them in a workspace that shows them
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

Make = Callable[[Any, int], Any]
MAKERS: dict[str, Make] = {}


def register(model: Any) -> Callable[[Make], Make]:
    def take(make: Make) -> Make:
        MAKERS[model._meta.label_lower] = make
        return make

    return take


for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
