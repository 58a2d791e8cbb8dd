"""Mapping files: any table into one of our objects (TOML; the mapping page reads and writes the same)."""

from revenue.imports.mapping.files import Mapping, bind, dump_mapping, load_mapping
from revenue.imports.mapping.rules import MappingError, Problem, Rules

__all__ = ["Mapping", "MappingError", "Problem", "Rules", "bind", "dump_mapping", "load_mapping"]
