"""Management commands of the scoreboard."""
