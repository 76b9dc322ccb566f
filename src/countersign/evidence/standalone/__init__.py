"""The verifiers that travel in every bundle: each stands alone, and imports nothing of ours."""
