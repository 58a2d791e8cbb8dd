"""Dates and times: the order of day and month is decided on a column as a whole, never on a cell."""
