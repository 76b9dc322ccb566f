"""What Countersign costs: time, memory and bytes, on made-up accounts of any number."""
