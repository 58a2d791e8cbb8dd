"""One box for everything that has a name: accounts, deals, reps, metrics and pages, within the reader's scope."""
