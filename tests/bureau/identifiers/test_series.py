"""Numbers are drawn without gaps or doubles."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from bureau.identifiers import series


@pytest.mark.django_db
def test_a_series_counts_from_one_in_each_year():
    assert [series.draw("letters", 2026) for _ in range(3)] == [1, 2, 3]
    assert series.draw("letters", 2027) == 1
    assert series.draw("petitions", 2026) == 1


@pytest.mark.django_db(transaction=True)
def test_a_number_drawn_in_a_transaction_that_fails_is_drawn_again():
    series.draw("letters", 2026)
    with pytest.raises(RuntimeError), transaction.atomic():
        assert series.draw("letters", 2026) == 2
        raise RuntimeError
    assert series.draw("letters", 2026) == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_fifty_people_who_draw_at_the_same_instant_get_fifty_numbers():
    together = Barrier(50, timeout=30)

    def one_person(_: int) -> int:
        try:
            together.wait()
            with transaction.atomic():
                return series.draw("letters", 2026)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=50) as people:
        drawn = sorted(people.map(one_person, range(50)))
    assert drawn == list(range(1, 51))
