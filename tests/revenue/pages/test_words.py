"""Small words of the imports' pages."""

from __future__ import annotations

import pytest

from revenue.templatetags.imports import reading_words


@pytest.mark.parametrize(
    ("reading", "words"), [("decimal .", "decimal point"), ("iso", "year-month-day"), ("0–100", "0–100")]
)
def test_a_reading_is_told_in_words_and_a_new_one_as_it_is(reading: str, words: str) -> None:
    assert reading_words(reading) == words
