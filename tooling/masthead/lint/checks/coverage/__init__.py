"""Cases, risks and what is used: MH7xx."""
