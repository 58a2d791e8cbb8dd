"""Annotations: why a metric moved on a day, and what is done about it. Charts of the metric show them."""
