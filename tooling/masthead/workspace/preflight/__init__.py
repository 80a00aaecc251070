"""Whether a workspace has what the content needs: connectors, tables, and rows that still arrive."""
