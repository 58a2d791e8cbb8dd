"""Runs: frames from the ledger, values from the definitions, stored, checked and published as one."""
