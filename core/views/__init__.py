"""Pages of core, one module per subject."""
