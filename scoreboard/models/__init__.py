"""What the scoreboard keeps: what leaders wrote, agreed and sent."""
