"""The slides, by section. Each function makes one slide of the material, or None where there is nothing to say."""
