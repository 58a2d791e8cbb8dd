"""Views of the policy's pages, one file per subject."""
