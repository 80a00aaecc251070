"""The checks, one a file, in a folder for each theme. `registry` finds them; nothing else imports them by name."""
