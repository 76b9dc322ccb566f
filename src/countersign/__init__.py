"""Countersign: account integrity for high-profile, shared social-media accounts."""

__version__ = "0.1.0"
