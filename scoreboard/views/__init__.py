"""The scoreboard's pages, one file per subject."""
