"""Tests of content: cases run by the simulation on recorded logs, as pytest items."""
