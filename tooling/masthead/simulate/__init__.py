"""Rows to alerts to incidents, the way Microsoft Sentinel does it: pure functions over what a rule's query returns."""
