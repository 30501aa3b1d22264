from pathlib import Path

import pytest
from django.utils import translation

from bureau.access import moves_files, reorganisation
from bureau.accounts.principals import System
from bureau.charter.files import charters_folder, parse_chart
from bureau.charter.selectors import chart_in_force

BY = System("test")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def load():
    """Load a chart by name, or a changed one by its text."""

    def call(name, *, moves=None, by=BY, change=lambda text: text):
        text = change((charters_folder() / f"{name}.toml").read_text(encoding="utf-8"))
        return reorganisation.load(parse_chart(text), by=by, moves=moves)

    return call


@pytest.fixture
def prepared(tmp_path: Path):
    """The moves file for a chart, as `charter diff --write-moves` writes it; `edit` changes its text."""

    def call(name, edit=lambda text: text):
        chart = reorganisation.read(name)
        path = tmp_path / "moves.toml"
        moves_files.write_moves(path, reorganisation.prepared_moves(chart), chart, chart_in_force())
        path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")
        return moves_files.read_moves(path, chart=chart, running=chart_in_force())

    return call
