"""What every number means: pure functions of typed frames, without Django and without SQL. See README.md here."""
