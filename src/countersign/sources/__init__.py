"""Where actions come from: each source detects, opens and parses one true format."""
