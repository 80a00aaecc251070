"""Query operators, a module a family."""
