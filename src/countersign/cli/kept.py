"""What is kept between runs: the store as the commands use it."""
