"""Keeps what an account usually does: three kinds of habit, each a few counters that forget."""
