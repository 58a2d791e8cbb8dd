"""The pages of coaching, one file each."""
