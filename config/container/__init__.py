"""What the containers run: `python -m config.container secrets|web|worker|beat`. See docker-compose.yml."""
