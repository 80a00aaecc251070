"""SQL macros that translations share, a module a family."""
