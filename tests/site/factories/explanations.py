from sections.office.explanations.models import Explanation
from sections.office.identities.models import IdentityRequest
from tests.factories.explanations import about_school, drafted, identity_asked, sent
from tests.factories.letters import assigned
from tests.site.factories import register


@register(Explanation)
def explanations(cast, count):
    """Of two the school has got one: each side sees something."""
    letter = about_school(cast)
    for number in range(count):
        (sent if number % 2 == 0 else drafted)(cast, letter=letter)
    return cast.basic_clerk


@register(IdentityRequest)
def identity_requests(cast, count):
    letter = assigned(cast)
    for _number in range(count):
        identity_asked(cast, letter=letter)
    return cast.office_chief
