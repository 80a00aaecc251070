"""What the language service reports, told apart: some of it has a check of its own, with more to say."""

from __future__ import annotations

from collections.abc import Iterator

from masthead.kql.language import Diagnostic
from masthead.lint.names import OTHER_WORKSPACE
from masthead.lint.subject import Subject

UNKNOWN_NAME, OPERATOR_EXPECTED = "KS142", "KS176"
_UNKNOWN_TABLE, _UNKNOWN_FUNCTION, _UNKNOWN_CLUSTER = "KS204", "KS211", "KS207"


def unknown_tables(subject: Subject) -> Iterator[Diagnostic]:
    """Tables that nobody knows, patterns of names included."""
    for each in _errors(subject):
        name = subject.text_at(each.start, each.end)
        if each.code == _UNKNOWN_TABLE or (each.code == UNKNOWN_NAME and name.endswith("*") and name != "*"):
            yield each


def unknown_functions(subject: Subject) -> Iterator[Diagnostic]:
    """Functions that nobody knows; those that reach into other workspaces are known, but not to the binder."""
    for each in _errors(subject):
        if each.code == _UNKNOWN_FUNCTION and not _is_outside(subject, each):
            yield each


def other_errors(subject: Subject) -> Iterator[Diagnostic]:
    """The errors that no other check reports, an unknown name before what follows from it."""
    elsewhere = {*unknown_tables(subject), *unknown_functions(subject)}
    outside = any(_is_outside(subject, each) for each in _errors(subject))
    for each in sorted(_errors(subject), key=lambda each: (each.start, each.end, each.code != UNKNOWN_NAME)):
        if each in elsewhere or _is_outside(subject, each):
            continue
        # Of what lies in another workspace nothing is known: there, only what is wrong with the syntax is certain.
        syntax = each.code < "KS100" or each.code == OPERATOR_EXPECTED
        if (syntax or not outside) and subject.text_at(each.start, each.end) != "*":
            yield each


def _is_outside(subject: Subject, error: Diagnostic) -> bool:
    name = subject.text_at(error.start, error.end)
    return error.code == _UNKNOWN_CLUSTER or (error.code == _UNKNOWN_FUNCTION and name in OTHER_WORKSPACE)


def remarks(subject: Subject) -> Iterator[Diagnostic]:
    """Warnings and suggestions."""
    if subject.analysis:
        yield from (each for each in subject.analysis.diagnostics if each.severity != "Error")


def said(diagnostic: Diagnostic) -> str:
    """The message in one line, without a full stop."""
    return " ".join(diagnostic.message.split()).rstrip(".")


def _errors(subject: Subject) -> tuple[Diagnostic, ...]:
    return subject.analysis.errors if subject.analysis else ()
