from bureau.public.models import Redirect
from tests.site.factories import register


@register(Redirect)
def moved_addresses(cast, count):
    start = Redirect.objects.count()
    Redirect.objects.bulk_create(
        Redirect(old_path=f"/old/{number}.html", target="/zh/news/") for number in range(start, start + count)
    )
    return cast.system_admin
