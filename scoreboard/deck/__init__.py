"""A deck: the slides of a meeting, made once from published values, frozen as text, drawn by every format the same."""
