"""A page for each rep and each account: everything that the other pages name them by."""
