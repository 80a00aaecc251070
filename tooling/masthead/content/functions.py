"""KQL functions that content shares: in Sentinel a saved search with an alias, called like a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from masthead.content.document import Document
from masthead.content.layout import ContentFile, Kind
from masthead.content.model import Content
from masthead.content.schema import checked_data


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a function: its name, its Kusto type, and its default as a KQL literal, if it has one."""

    name: str
    type: str
    default: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Function(Content):
    """A KQL function: queries call it by its `alias`; `query` is its body."""

    id: str
    name: str
    alias: str
    description: str
    version: str
    parameters: tuple[Parameter, ...]
    query: str

    @classmethod
    def read(cls, document: Document, file: ContentFile) -> Self:
        """The function in `document`; raises ContentError with what its schema refuses."""
        data = checked_data(document, Kind.FUNCTION)
        return cls(
            file=file,
            document=document,
            id=data["id"],
            name=data["name"],
            alias=data["functionAlias"],
            description=data["description"],
            version=data["version"],
            parameters=tuple(
                Parameter(each["name"], each["type"], each.get("default"))
                for each in data.get("functionParameters") or ()
            ),
            query=data["query"],
        )
