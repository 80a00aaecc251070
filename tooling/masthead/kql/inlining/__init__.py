"""Queries that bring their rows along: tables, functions and watchlists as `let` statements in front of them."""
