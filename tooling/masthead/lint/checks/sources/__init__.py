"""Log sources: MH6xx."""
