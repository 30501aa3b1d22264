"""Content sealed as bytes opens in its own place only."""

import pytest

from bureau.identifiers.encryption import CannotDecrypt, seal, unseal


def test_what_was_sealed_opens_and_cannot_be_read_before():
    sealed = seal("名册".encode(), column="sheets.x")
    assert "名册".encode() not in sealed
    assert unseal(sealed, column="sheets.x") == "名册".encode()


def test_content_moved_to_another_place_or_altered_does_not_open():
    sealed = seal(b"content", column="sheets.x")
    for stored, column in (
        (sealed, "sheets.y"),
        (sealed[:-1] + b"!", "sheets.x"),
        (b"k9:" + sealed[3:], "sheets.x"),
    ):
        with pytest.raises(CannotDecrypt):
            unseal(stored, column=column)
