"""Peers: other detectors, run on the same streams with the same information and the same alarm layer."""
