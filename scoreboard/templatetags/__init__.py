"""Template tags of the scoreboard."""
