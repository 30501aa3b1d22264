"""What must follow when somebody takes up a post: upper floors say here what they look at then."""

from collections.abc import Callable

from bureau.charter.models import Membership
from bureau.registry import Registry

# Called in the transaction that enters the membership; it may begin on a later day.
TAKEN_UP: Registry[Callable[[Membership], None]] = Registry("what follows a new post")
