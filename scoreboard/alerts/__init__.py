"""Alerts: rules with an owner that watch the published numbers and the imports, quiet inside what is usual."""
