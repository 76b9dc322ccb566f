"""A seeded generator of made-up accounts with known truth: the demo's world and the project's test rig."""
