"""Files and the model they hold: every value keeps the file, line and column it came from."""
