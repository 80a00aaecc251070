"""Whether a rule can run where it is deployed: a rule whose tables are missing is not deployed enabled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from masthead.kql.binding import Binding
from masthead.kql.needs import Lack, Need, needs_of
from masthead.workspace.preflight.states import TablePlan, TableState
from masthead.workspace.resources import Desired


def missing_for(rule: Desired, states: Mapping[str, TableState], binding: Binding) -> str | None:
    """Why a rule cannot run on the tables that the workspace has, in words; None when it can.

    The service refuses a query that names a table which is not there, and scheduled rules cannot read tables of the
    plans Basic and Auxiliary. Of the legs of a fuzzy union one is enough (see `kql.needs`). A table that nobody could
    look at counts as there. Raises LanguageError when the query is too costly to bind.
    """
    unfit = [table for table in rule.tables if table in states and not states[table].feeds_rules]
    if not unfit:
        return None
    # Binding takes longer than all else, so only a rule that reads such a table is bound.
    query = rule.body["properties"]["query"]
    need = Need(rule.tables) if len(rule.tables) == 1 else needs_of(binding.analyze(query, analyzers=False))
    lacks = need.lacking(lambda table: table not in unfit)
    return lack_in_words(lacks, states) if lacks else None


def lack_in_words(lacks: Iterable[Lack], states: Mapping[str, TableState]) -> str:
    """What is missing, as one sentence without a full stop."""
    return "; ".join(_lack(lack, states) for lack in lacks)


def _lack(lack: Lack, states: Mapping[str, TableState]) -> str:
    plans = {states[table].plan for table in lack}
    if plans <= {TablePlan.BASIC, TablePlan.AUXILIARY}:
        plan = " and ".join(sorted(str(each) for each in plans))
        be, which = ("is", "") if len(lack) == 1 else ("are", ", and one of them must be readable")
        return f"{_listed(lack)} {be} on the {plan} plan, which scheduled rules cannot read{which}"
    if len(lack) == 1:
        return f"the workspace has no table {lack[0]}"
    return f"the workspace has none of {_listed(lack)} that rules can read"


def _listed(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
