"""Identity: MH1xx."""
