"""From content to what Sentinel's API takes, one module a kind. Pure: the same content, the same body."""
