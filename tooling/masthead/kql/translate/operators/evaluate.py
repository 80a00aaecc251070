"""evaluate: hands the rows to a plugin."""

from __future__ import annotations

from masthead.kql.language import Node
from masthead.kql.translate import registry
from masthead.kql.translate.calls import PluginCall
from masthead.kql.translate.model import Relation
from masthead.kql.translate.registry import operator
from masthead.kql.translate.translator import Translator


@operator("EvaluateOperator")
def evaluate(translator: Translator, node: Node, relation: Relation) -> Relation:
    call = node.child("FunctionCall")
    name = call.child("Name").simple_name
    plugin = registry.PLUGINS.get(name)
    if plugin is None:
        raise translator.unsupported(f"the plugin {name}", node)
    return plugin(PluginCall(translator, node, name, call.items("ArgumentList"), relation))
