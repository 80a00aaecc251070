"""Plugins that cannot be answered offline, with the reason; others that are unknown are refused by name alone."""

from __future__ import annotations

from collections.abc import Callable

from masthead.kql.language import Node
from masthead.kql.translate.calls import PluginCall
from masthead.kql.translate.model import Relation
from masthead.kql.translate.registry import plugin, source
from masthead.kql.translate.translator import Translator

_SERVICE = "it asks a service over the network; give what it answers as a fixture of externaldata"
_CODE = "it runs code that a query brings along"
_MODEL = "it asks a language model over the network"
_STORAGE = "it reads files in a cloud's storage"
_CLUSTER = "there is no cluster offline"
_SEEDS = "which of the many patterns it picks rests on seeds and limits that are not documented"

REASONS = {
    "ai_chat_completion": _MODEL,
    "ai_chat_completion_prompt": _MODEL,
    "ai_embed_text": _MODEL,
    "ai_embeddings": _MODEL,
    "autocluster": _SEEDS,
    "azure_digital_twins_query_request": _SERVICE,
    "basket": "it samples the rows; which patterns count as correlated, and their ids, are not documented",
    "cosmosdb_sql_request": _SERVICE,
    "csharp": _CODE,
    "diffpatterns": _SEEDS,
    "estimate_rows_count": _CLUSTER,
    "execute_query": _CLUSTER,
    "execute_show_command": _CLUSTER,
    "external_datatable": _STORAGE,
    "http_request": _SERVICE,
    "http_request_post": _SERVICE,
    "identity": "it is not documented",
    "identity_v3": "it is not documented",
    "infer_storage_schema": _STORAGE,
    "infer_storage_schema_with_suggestions": _STORAGE,
    "mysql_request": _SERVICE,
    "postgresql_request": _SERVICE,
    "python": _CODE,
    "r": _CODE,
    "sql_request": _SERVICE,
}


def _refuse(name: str, reason: str) -> Callable[[PluginCall], Relation]:
    def refuse(call: PluginCall) -> Relation:
        raise call.unsupported(f"the plugin {name}: {reason}")

    return plugin(name)(refuse)


for _name, _reason in REASONS.items():
    _refuse(_name, _reason)


@source("EvaluateOperator")
def without_rows(translator: Translator, node: Node) -> Relation:
    """A plugin at the head of a query: those that Kusto has there bring rows from outside."""
    name = node.child("FunctionCall").child("Name").simple_name
    reason = REASONS.get(name, "there are no rows before it")
    raise translator.unsupported(f"the plugin {name}: {reason}", node)
