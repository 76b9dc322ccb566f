"""Which explanation the findings support: propositions, examinations, their weighing, and what would settle it."""
