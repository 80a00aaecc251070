"""MITRE ATT&CK: MH3xx."""
