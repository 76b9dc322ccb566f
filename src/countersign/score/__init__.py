"""Says how surprising an action is, in bits, and why; and when that is worth an alarm."""
