"""The attacks and measurements that `bench/evidence.py` runs."""
