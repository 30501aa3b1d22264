from bureau.access.remits import apply_remits
from personnel.models import TeacherDuplicate
from schools.models import SchoolDuplicate
from tests.factories.duplicates import SchoolDuplicateFactory, TeacherDuplicateFactory
from tests.site.factories import register


@register(SchoolDuplicate)
def school_pairs(cast, count):
    pairs = SchoolDuplicateFactory.create_batch(count)
    apply_remits(objects=[school for pair in pairs for school in pair.records])
    return cast.finance_clerk


@register(TeacherDuplicate)
def teacher_pairs(cast, count):
    TeacherDuplicateFactory.create_batch(count)
    return cast.personnel_clerk
