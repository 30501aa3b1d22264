"""The entry of the menu for whoever answers for accounts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bureau.pages.menu import MenuEntry, register

register(
    MenuEntry("desk", "bureau", _("API tokens"), "shield", "all_tokens", 35, ground_verb="accounts.manage")
)
