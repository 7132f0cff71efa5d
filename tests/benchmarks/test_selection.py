import pytest

from benchmarks.selection import selected


@pytest.mark.parametrize(("text", "numbers"), [("3", [3]), ("1-3,9", [1, 2, 3, 9]), ("5, 2-2,5", [2, 5])])
def test_rows_are_selected(text, numbers):
    assert selected(text, 14) == numbers


@pytest.mark.parametrize("text", ["", "0", "15", "3-1", "one", "1-15", "1,,2"])
def test_bad_rows_are_refused(text):
    with pytest.raises(ValueError, match="within 1-14"):
        selected(text, 14)
