"""Who is told what, when it leaves the house, and what became of it. Standard library only."""
