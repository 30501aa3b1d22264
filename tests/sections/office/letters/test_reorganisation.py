"""Another chart over a bureau with open letters, and back again."""

from __future__ import annotations

from pathlib import Path

import pytest

from bureau.access import moves_files, reorganisation
from bureau.access.services import permitted
from bureau.accounts.principals import System
from bureau.charter.models import Membership, Unit
from bureau.charter.selectors import chart_in_force
from bureau.workflow import services as workflow
from bureau.workflow.models import WorkItem
from sections.office.letters.models import Letter
from tests.cast import Cast
from tests.factories import letters

pytestmark = pytest.mark.django_db

BY = System("test")


def waits_for(letter: Letter) -> set[str]:
    rows = WorkItem.objects.filter(kind="office.letter", object_id=letter.pk)
    return set(rows.values_list("unit__key", flat=True))


def test_open_letters_follow_their_section_and_answered_ones_stay(cast: Cast) -> None:
    with_preschool = letters.assigned(cast, to="preschool")
    done = letters.answered(cast)
    reorganisation.load(reorganisation.read("compact"), by=BY)
    with_preschool.refresh_from_db()
    done.refresh_from_db()
    assert with_preschool.unit.key == "basic"
    assert waits_for(with_preschool) == {"basic"}
    assert with_preschool in permitted(cast.basic_clerk, "view", Letter)
    assert done.unit.key == "basic"
    assert "Preschool" not in {line.unit for line in workflow.history(done)}


def test_the_way_back_needs_a_moves_file_which_the_history_fills_in(cast: Cast, tmp_path: Path) -> None:
    letter = letters.assigned(cast, to="preschool")
    reorganisation.load(reorganisation.read("compact"), by=BY)
    chart = reorganisation.read("jinzhong")
    with pytest.raises(reorganisation.NoDestination) as caught:
        reorganisation.load(chart, by=BY)
    assert f"letter {letter.pk}" in str(caught.value)

    path, running = tmp_path / "moves.toml", chart_in_force()
    assert running is not None
    moves_files.write_moves(path, reorganisation.prepared_moves(chart), chart, running)
    moves = moves_files.read_moves(path, chart=chart, running=running)
    reorganisation.load(chart, by=BY, moves=moves)

    letter.refresh_from_db()
    assert letter.unit.key == "preschool"
    assert waits_for(letter) == {"preschool"}
    seat = Membership.objects.in_force().get(user=cast.preschool_clerk)
    assert seat.unit.key == "preschool"
    assert letter in permitted(cast.preschool_clerk, "view", Letter)
    assert letter not in permitted(cast.basic_clerk, "view", Letter)


def test_what_a_merged_section_had_answered_is_seen_by_its_heir(cast: Cast) -> None:
    letter = letters.assigned(cast, to="preschool")
    Letter.objects.filter(pk=letter.pk).update(status="answered", answer="Yes.")
    assert letter not in permitted(cast.basic_clerk, "view", Letter)

    reorganisation.load(reorganisation.read("compact"), by=BY)

    letter.refresh_from_db()
    assert letter.unit.key == "preschool"
    assert letter in permitted(cast.basic_clerk, "view", Letter)
    assert letter not in permitted(cast.personnel_clerk, "view", Letter)


def test_who_was_asked_to_contribute_is_asked_under_its_new_name_and_nobody_twice(cast: Cast) -> None:
    kept = letters.co_handled(cast, by="preschool")
    elsewhere = letters.assigned(cast, to="personnel")
    data = {"co_unit": Unit.objects.get(key="preschool")}
    workflow.perform(elsewhere, "invite", by=cast.personnel_clerk, data=data)
    reorganisation.load(reorganisation.read("compact"), by=BY)
    # The basic section leads the first letter already: it contributes to no answer of its own.
    assert not kept.co_handlers.exists()
    assert waits_for(kept) == {"basic"}
    assert [row.unit.key for row in elsewhere.co_handlers.select_related("unit")] == ["basic"]
    elsewhere.refresh_from_db()
    assert waits_for(elsewhere) == {elsewhere.unit.key, "basic"}
    assert elsewhere in permitted(cast.basic_clerk, "view", Letter)
