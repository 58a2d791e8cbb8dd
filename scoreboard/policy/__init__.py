"""The pages on which the company decides: quality policy, other thresholds, targets, ideal customer, joint bonus."""
