"""The KQL front end: Microsoft's own parser, binder, analyzers and formatter."""

from masthead.kql.language.service import (
    Analysis,
    Diagnostic,
    LanguageError,
    LanguageService,
    Reference,
    StoredFunction,
)
from masthead.kql.language.tree import CalledFunction, Column, Node, Symbol

__all__ = [
    "Analysis",
    "CalledFunction",
    "Column",
    "Diagnostic",
    "LanguageError",
    "LanguageService",
    "Node",
    "Reference",
    "StoredFunction",
    "Symbol",
]
