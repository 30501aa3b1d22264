"""What the portal is made of is pinned, hashed, listed, and holds no back door of tests."""

from __future__ import annotations

import json
import re
import runpy
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.ROOT)
SBOM = runpy.run_path(str(ROOT / "deploy" / "sbom.py"))
TEXTS = {
    name: (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8") for name in ("base", "dev")
}
OURS = ("bureau", "schools", "personnel", "finance", "supervision", "sections")
LEANS = re.compile(r"^\s*(?:from|import) (?:tests|pytest|factory)\b", re.MULTILINE)
# exec, eval, pickle, marshal, shells, unchecked certificates, YAML and temporary files that anybody may replace.
DANGEROUS = {"S102", "S301", "S302", "S306", "S307", "S501", "S506", "S602", "S604", "S605"}
FILES = sorted(path for name in OURS for path in (ROOT / name).rglob("*.py"))


@pytest.mark.parametrize("name", TEXTS)
def test_every_package_is_pinned_with_its_digests_and_comes_from_no_other_place(name: str) -> None:
    text = TEXTS[name]
    lines = [line for line in text.splitlines() if line and not line.startswith((" ", "#", "-r"))]
    found = {pin[0]: pin for pin in SBOM["pins"](text)}
    assert len(found) == len(lines)
    assert not [package for package, (_name, _version, digests) in found.items() if not digests]
    assert not re.search(
        r"git\+|https?://|--index-url|--extra-index|--trusted-host|--find-links|\s-e\s", text
    )


def test_everything_asked_for_is_pinned_and_installed_as_pinned() -> None:
    pinned = {name.lower().replace("_", "-"): version for name, version, _d in SBOM["pins"](TEXTS["base"])}
    asked = (ROOT / "requirements" / "base.in").read_text(encoding="utf-8").splitlines()
    names = {re.split(r"[\[<>=~ ]", line)[0].lower() for line in asked if line and not line.startswith("#")}
    assert names <= set(pinned)
    here = {name: version for name, version in pinned.items() if name in installed()}
    assert {name: metadata.version(name) for name in here} == here
    assert set(pinned) - set(here) <= conditional()


def installed() -> set[str]:
    return {str(one.name).lower().replace("_", "-") for one in metadata.distributions()}


def conditional() -> set[str]:
    """Asked for only on another system or an older Python."""
    return {name.lower() for name in re.findall(r"^([\w.-]+)==\S+ ;", TEXTS["base"], re.MULTILINE)}


def test_the_list_of_parts_names_each_of_them_once_with_version_and_address() -> None:
    bill = json.loads(json.dumps(SBOM["bill"](ROOT / "requirements" / "base.txt")))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    found = [one["purl"] for one in bill["components"]]
    assert found == [
        f"pkg:pypi/{name.lower()}@{version}" for name, version, _d in sorted(SBOM["pins"](TEXTS["base"]))
    ]
    assert len(set(found)) == len(found)
    silent = {one["name"].lower() for one in bill["components"] if "licenses" not in one}
    assert silent <= conditional()


def test_no_file_of_the_portal_leans_on_the_tests() -> None:
    """What reads foreign text as code, opens a shell or trusts any certificate is refused by the style check."""
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert "S" in rules["select"] and not [one for one in rules["ignore"] if one in DANGEROUS]
    assert len(FILES) > 500
    found = [path for path in FILES if LEANS.search(path.read_text(encoding="utf-8"))]
    assert [path for path in found if path.parent.name != "settings"] == []


def test_debugging_is_switched_on_nowhere() -> None:
    for path in (ROOT / "bureau" / "settings").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        found = re.findall(r"^\s*DEBUG\s*=\s*(.+)$", text, re.MULTILINE)
        assert not [value for value in found if value.strip() != "False"], (path.name, found)
    assert settings.DEBUG is False
