"""Numbers and money: which mark is the decimal one is decided on a column as a whole, never on a cell."""
