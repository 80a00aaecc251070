"""From what a workspace has back to content files: to adopt it, or to keep what somebody changed in the portal."""
