"""The benchmark's protocol: which data, which takeovers, which figures; the same for every method."""
