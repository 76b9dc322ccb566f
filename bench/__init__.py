"""Benchmarks: how well takeovers are found, at which cost, beside every peer that runs."""

import os

from countersign.config import keep_compiled

keep_compiled(os.environ)  # before anything imports numba
