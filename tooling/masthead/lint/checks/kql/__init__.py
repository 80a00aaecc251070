"""KQL: MH4xx."""
