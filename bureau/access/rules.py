"""Who may see or do what with accounts and memberships."""

from bureau.access.people import People, Places
from bureau.access.policies import register
from bureau.accounts.models import User
from bureau.charter.models import Membership

register(People(User))
register(Places(Membership))
