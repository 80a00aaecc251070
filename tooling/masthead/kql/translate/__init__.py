"""From the bound tree of a query to SQL."""
