"""Whether the engine can run a query, told without running it."""

from __future__ import annotations

from collections.abc import Mapping

from masthead.kql.engine.tables import Tables
from masthead.kql.errors import KqlError
from masthead.kql.language import Analysis
from masthead.kql.translate.outputs import OutputNeeded
from masthead.kql.translate.outside import FIXTURE
from masthead.kql.translate.translator import Translator


class _Tables(Tables):
    """The schemas; every fixture counts as given, as a case may give it."""

    def __contains__(self, table: object) -> bool:
        return super().__contains__(table) or str(table).startswith(FIXTURE)


def refusal(
    analysis: Analysis, tables: Mapping[str, Mapping[str, str]], watchlists: Mapping[str, Mapping[str, str]]
) -> KqlError | None:
    """Why the engine would not run a query that is bound without errors; None if it would, as far as can be told.

    tables, watchlists: {name: {column: type}}. Refusals that hang on the data are not foreseen, nor is what follows a
    plugin whose columns hang on it.
    """
    try:
        Translator(analysis, _Tables(tables), watchlists, windowed=True).translate()
    except KqlError as error:
        return error if error.unsupported else None
    except OutputNeeded:
        return None
    return None
