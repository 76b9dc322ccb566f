"""Groups surprising actions into incidents."""
