"""The commands: one file a command, no logic."""
