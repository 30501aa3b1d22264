"""The blank form, as the preview and the public page draw it."""

from __future__ import annotations

from typing import Any

from schools.returns.definition import Definition, Table


def blank(content: Definition) -> list[dict[str, Any]]:
    """The form as a school sees it, without figures: parts with their letters, blocks with their cells."""
    return [
        {
            "part": part,
            "letter": content.letter(part),
            "blocks": [_blank(content, block) for block in part.blocks],
        }
        for part in content.parts
    ]


def _blank(content: Definition, block: Any) -> dict[str, Any]:
    if not isinstance(block, Table):
        return {"block": block, "cells": {}}
    rows = [
        (row, [content.cells.get(f"{block.key}.{row.key}.{column.key}") for column in block.columns])
        for row in block.rows
    ]
    return {"block": block, "rows": rows}
