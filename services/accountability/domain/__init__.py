"""Duties, chains, rules, warnings and cases. Standard library only; time and ids come in as arguments."""
