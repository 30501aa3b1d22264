"""Who may act: a User, the public, the holder of a receipt, the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from bureau.accounts.models import User


@dataclass(frozen=True)
class Public:
    """Anyone, without an account."""

    audit_kind = "public"
    audit_id = None
    audit_name = ""


@dataclass(frozen=True)
class Holder:
    """Whoever proved number and code of one record, and has only the verbs its rules give to holders."""

    kind: str  # model label, lower case: "office.letter"
    pk: int

    audit_kind = "holder"
    audit_id = None
    audit_name = ""


@dataclass(frozen=True)
class System:
    """A scheduled task, with only the verbs that it declares: {"office.letter.remind"}."""

    name: str
    verbs: frozenset[str] = frozenset()

    audit_kind = "system"
    audit_id = None

    @property
    def audit_name(self) -> str:
        return self.name


PUBLIC = Public()

Principal: TypeAlias = "User | Public | Holder | System"
