"""The rules for the way of returns that come with the portal."""

from __future__ import annotations

import tomllib
from pathlib import Path

from bureau.deadlines.references import Loaded, put_all
from schools.returns.models import FlowRule

HERE = Path(__file__).parent.parent / "reference"


def load_flow_rules() -> Loaded:
    """Adds what is missing; a row that stands there already is the office's own and stays."""
    rows = tomllib.loads((HERE / "flow_rules.toml").read_text(encoding="utf-8"))["row"]
    present = set(FlowRule.objects.values_list("valid_from", flat=True))
    return put_all(FlowRule, ("valid_from",), [row for row in rows if row["valid_from"] not in present])
