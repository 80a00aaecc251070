"""What the content covers: risks and log sources, and what proves it."""
