"""declare pattern: rows that a tuple of texts stands for, app("a").["b"]."""

from __future__ import annotations

from masthead.kql.language import CalledFunction, Node
from masthead.kql.translate.model import Pattern, Relation
from masthead.kql.translate.registry import source, statement
from masthead.kql.translate.scope import Environment
from masthead.kql.translate.translator import Translator


@statement("PatternStatement")
def declare(translator: Translator, node: Node) -> None:
    declared = node.child("Pattern")
    outer = translator.environment
    translator.environment = Environment(outer)
    matches = tuple(declared.items("Patterns")) if declared is not None else ()
    translator.environment.bind(node.child("Name").simple_name, Pattern(outer, matches=matches))


@source("pattern()")
def rows(translator: Translator, node: Node) -> Relation:
    return rows_of(translator, node, None)


def rows_of(translator: Translator, call: Node, selector: Node | None) -> Relation:
    """The rows of the match that has these arguments, and this path behind the dot."""
    name = call.child("Name").simple_name
    pattern = translator.environment.lookup(name)
    if not isinstance(pattern, Pattern):
        raise translator.unsupported(f"the pattern {name} here", call)
    wanted = [_text(translator, each) for each in call.items("ArgumentList")]
    wanted.append(None if selector is None else selector.simple_name or _path(translator, selector))
    for match in pattern.matches:
        path = match.child("PathValue")
        given = [_text(translator, each) for each in match.items("ParameterValues")]
        given.append(None if path is None else _text(translator, path.child("Value")))
        if given == wanted:
            result = translator.call(CalledFunction(name, (), match.child("Body")), [], call)
            if isinstance(result, Relation):
                return result
            raise translator.wrong(f"the pattern {name} needs rows", match)
    raise translator.wrong(f"the pattern {name} has no match for these arguments", call)


def _path(translator: Translator, selector: Node) -> str:
    return _text(translator, selector.child("Expression"))


def _text(translator: Translator, node: Node) -> str:
    return str(translator.constant(node, "an argument of a pattern"))
