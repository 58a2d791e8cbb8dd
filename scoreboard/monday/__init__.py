"""The CEO's Monday: what changed in the last full week, what is at risk since, and what waits to be done."""
