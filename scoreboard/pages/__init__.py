"""Pages that answer one question each, from published values alone: which values to read, and what is drawn of them."""
