"""What a finding is and what may happen to it. Standard library only; time and ids come in as arguments."""
