"""Small numbers in public tables: nobody is recognised, by reading or by subtracting."""

from itertools import product

import pytest

from sections.office.letter_figures.suppressing import protected, rate

THRESHOLD = 5


def read(values):
    cells, total = protected(values, THRESHOLD)
    return [one.hidden or one.value for one in cells], total.hidden or total.value


def test_large_numbers_and_noughts_are_shown():
    assert read([12, 0, 7]) == ([12, 0, 7], 19)


def test_a_small_number_takes_the_next_one_along():
    assert read([12, 3, 7]) == ([12, "few", "also"], 22)


def test_two_small_numbers_hide_each_other():
    assert read([12, 3, 2]) == ([12, "few", "few"], 17)


def test_two_ones_would_be_given_away_by_their_sum():
    assert read([12, 1, 1]) == (["also", "few", "few"], 14)


def test_a_small_number_alone_hides_the_total():
    assert read([3, 0]) == (["few", 0], "few")


def test_where_no_number_can_stand_in_the_total_is_hidden():
    assert read([4, 4, 0]) == (["few", "few", 0], "also")


@pytest.mark.parametrize("size", [2, 3])
def test_no_small_number_can_be_worked_out(size):
    """Every table of small and large numbers: at least two tables fit what the public reads of each hidden one."""
    for values in product((0, 1, 2, 4, 5, 9), repeat=size):
        shown = read(list(values))
        for place, value in enumerate(values):
            if 0 < value < THRESHOLD:
                assert len(possible(shown, place)) > 1, (values, shown)


def possible(shown, place):
    """Which values the number at `place` may have, for somebody who knows the rule and what is shown."""
    cells, total = shown
    ranges = [
        range(1, THRESHOLD) if one == "few" else range(1, 25) if one == "also" else [one] for one in cells
    ]
    wanted = None if isinstance(total, str) else total
    small = total == "few"
    return {
        guess[place]
        for guess in product(*ranges)
        if (wanted is None or sum(guess) == wanted) and (not small or 0 < sum(guess) < THRESHOLD)
    }


def test_a_rate_of_few_letters_is_not_told():
    assert (rate(3, 4, THRESHOLD), rate(5, 6, THRESHOLD), rate(0, 0, THRESHOLD)) == (None, 83, None)
