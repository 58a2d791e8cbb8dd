"""Titles that leaders write over charts, in place of the drafted sentence, for as long as the numbers are the same."""
