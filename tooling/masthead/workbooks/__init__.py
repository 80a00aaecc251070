"""Workbooks: from the model to Azure's JSON, and from queries with parameters to KQL that can run."""
