from schools.returns.models import Collection, Form, FormVersion, Return
from tests.factories.returns import CollectionFactory, FormFactory, FormVersionFactory, issue
from tests.factories.schools import SchoolFactory
from tests.site.factories import register


@register(Form)
def forms(cast, count):
    FormFactory.create_batch(count)
    return cast.basic_officer


@register(FormVersion)
def versions(cast, count):
    """The last one is a draft: it can still be changed."""
    FormVersionFactory.create_batch(count - 1)
    FormVersionFactory(draft=True)
    return cast.basic_officer


@register(Collection)
def collections(cast, count):
    """The last one is a draft: it can still be changed."""
    CollectionFactory.create_batch(count - 1)
    CollectionFactory(draft=True)
    return cast.basic_officer


@register(Return)
def returns(cast, count):
    """The first one is of the cast's own school: each side sees something."""
    collection = CollectionFactory()
    district = cast.school.district
    others = [SchoolFactory(district=district) for _number in range(count - 1)]
    issue(collection, [cast.school, *others][:count], by=cast.basic_officer)
    return cast.basic_officer
