"""Records what a real Kubernetes API server logs while scenarios are played on it; see README.md."""
