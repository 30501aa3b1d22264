"""The pins are compared with a list of known weaknesses that somebody brought along; the list is read, not trusted."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from deploy import weaknesses

NOW = datetime.now(UTC).isoformat().replace("+00:00", "Z")


def advisory(name: str, *events: dict[str, str], **more: Any) -> dict[str, Any]:
    affected = {"package": {"ecosystem": "PyPI", "name": name}, "versions": more.pop("versions", [])}
    ranges = [{"type": "ECOSYSTEM", "events": list(events)}]
    return {"id": "OSV-1", "modified": NOW, "affected": [{**affected, "ranges": ranges}], **more}


def written(folder: Path, *entries: dict[str, Any]) -> Path:
    place = folder / "all.zip"
    with zipfile.ZipFile(place, "w") as archive:
        for number, entry in enumerate(entries):
            archive.writestr(f"{number}.json", json.dumps(entry))
    return place


@pytest.mark.parametrize(
    ("events", "is_weak"),
    [
        ([{"introduced": "0"}], True),
        ([{"introduced": "0"}, {"fixed": "2.0"}], True),
        ([{"introduced": "0"}, {"fixed": "1.10"}], False),
        ([{"introduced": "0"}, {"fixed": "1.9"}], False),
        ([{"introduced": "1.10"}, {"fixed": "1.11"}], True),
        ([{"introduced": "1.11"}], False),
        ([{"introduced": "0"}, {"last_affected": "1.10"}], True),
        ([{"introduced": "0"}, {"last_affected": "1.9"}], False),
        ([{"introduced": "0"}, {"fixed": "1.2"}, {"introduced": "1.5"}, {"fixed": "3"}], True),
        ([{"introduced": "no version"}], True),
        ([], False),
    ],
)
def test_a_pin_within_a_range_is_named(events: list[dict[str, str]], is_weak: bool) -> None:
    found = weaknesses.weaknesses([("Some_Package", "1.10")], [advisory("some-package", *events)])
    assert [one.package for one in found] == (["Some_Package"] if is_weak else [])


def test_a_listed_version_is_named_and_what_was_withdrawn_or_means_others_is_not() -> None:
    listed = advisory("one", versions=["1.0"])
    entries = [listed, {**listed, "id": "OSV-2", "withdrawn": NOW}, advisory("another", {"introduced": "0"})]
    found = weaknesses.weaknesses([("one", "1.0"), ("two", "1.0")], entries)
    assert [str(one) for one in found] == ["one 1.0: OSV-1"]


def test_a_weak_pin_of_ours_fails_the_comparison(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name, version = weaknesses.pinned()[0]
    bad = written(tmp_path, advisory(name, {"introduced": "0"}, summary="Runs what it reads"))
    assert weaknesses.main([str(bad), "--days", "14"]) == 1
    assert f"{name} {version}: OSV-1 Runs what it reads" in capsys.readouterr().out
    good = written(tmp_path, advisory("no-package-of-ours", {"introduced": "0"}))
    assert weaknesses.main([str(good), "--days", "14"]) == 0
    assert f"0 known weaknesses in {len(weaknesses.pinned())} packages" in capsys.readouterr().out


def test_an_old_or_an_empty_list_says_nothing_good(tmp_path: Path) -> None:
    old = {**advisory("x", {"introduced": "0"}), "modified": "2020-01-01T00:00:00Z"}
    for entries in ([old], []):
        assert weaknesses.main([str(written(tmp_path, *entries)), "--days", "14"]) == 2
