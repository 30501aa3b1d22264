"""Encrypt again, with the first key of FIELD_KEYS, what older keys hold."""

from dataclasses import dataclass
from typing import Any

from django.core.management.base import BaseCommand

from bureau.identifiers.services import rotate_keys


@dataclass(frozen=True)
class Operator:
    """Whoever runs the command; this floor stands below the accounts."""

    audit_kind = "system"
    audit_id = None
    audit_name = "rotate_keys"


class Command(BaseCommand):
    help = "Encrypt personal numbers again with the first key of FIELD_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        count = rotate_keys(by=Operator())
        self.stdout.write(f"{count} values now stand under the first key.")
