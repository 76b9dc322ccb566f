"""What is noticed about every action: when, what, whom, about what, and through which access."""
