"""Benchmarks: how well takeovers are found, at which cost, beside every peer that runs."""
