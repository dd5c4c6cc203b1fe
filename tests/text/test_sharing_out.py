"""Points shared out evenly: nobody's clause is torn, nothing is left over."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.matrix.sharing_out import runs


@given(st.lists(st.integers(1, 40), max_size=60), st.integers(1, 9))
def test_every_clause_goes_whole_to_one_share_and_no_share_is_off_by_more_than_the_largest(
    sizes: list[int], shares: int
):
    cuts = runs(sizes, shares)
    assert len(cuts) == shares + 1
    assert cuts == sorted(cuts)
    assert (cuts[0], cuts[-1]) == (0, len(sizes))
    given_out = [sum(sizes[a:b]) for a, b in pairwise(cuts)]
    assert sum(given_out) == sum(sizes)
    largest = max(sizes, default=0)
    assert all(abs(n - sum(sizes) / shares) <= largest for n in given_out)


def test_four_clauses_of_three_points_go_two_and_two():
    assert runs([3, 3, 3, 3], 2) == [0, 2, 4]
