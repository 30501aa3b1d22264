"""Proposing and approving an answer, past the reply guard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bureau.accounts.principals import Principal
from sections.office.letters import handling, reply_guard, services
from sections.office.letters.models import Letter


def propose_answer(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    handling.check_contributions(letter, by, data)
    reply_guard.confirm(letter, by, data, "propose")


def approve_answer(letter: Letter, by: Principal, data: Mapping[str, Any]) -> None:
    reply_guard.confirm(letter, by, data, "approve")
    services.send_answer(letter, by, data)
