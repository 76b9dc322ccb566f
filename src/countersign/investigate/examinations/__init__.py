"""What is looked at, one function each: how well every explanation expects what was seen, or what is missing."""
