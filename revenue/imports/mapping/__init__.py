"""Mapping files: any table into one of our objects."""
