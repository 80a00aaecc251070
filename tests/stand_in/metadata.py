"""Microsoft.SecurityInsights/metadata: where content comes from, which version it is, and who supports it."""

from __future__ import annotations

import copy
import re
from typing import Any, ClassVar

from stand_in.collection import Collection, body_of
from stand_in.etags import check_headers
from stand_in.messages import Refusal, Request, Response
from stand_in.paging import page
from stand_in.place import Place
from stand_in.shape import Check, Fields, Wrong, anything, list_of, one_of, text, words
from stand_in.state import Resource

KINDS = words(
    "DataConnector DataType Workbook WorkbookTemplate Playbook PlaybookTemplate AnalyticsRuleTemplate AnalyticsRule "
    "HuntingQuery InvestigationQuery Parser Watchlist WatchlistTemplate Solution AzureFunction "
    "LogicAppsCustomConnector AutomationRule"
)

_texts = list_of(text())
_optional: dict[str, Check] = {
    "contentId": text(least=1),
    "version": text(least=1),
    "customVersion": text(),
    "contentSchemaVersion": text(),
    "source": Fields(
        {"kind": one_of("LocalWorkspace", "Community", "Solution", "SourceRepository")},
        {"name": text(), "sourceId": text()},
    ),
    "author": Fields({}, {"name": text(), "email": text(), "link": text()}),
    "support": Fields(
        {"tier": one_of("Microsoft", "Partner", "Community")}, {"name": text(), "email": text(), "link": text()}
    ),
    "categories": Fields({}, {"domains": _texts, "verticals": _texts}),
    "dependencies": anything,
    "firstPublishDate": text(form=r"\d{4}-\d\d-\d\d"),
    "lastPublishDate": text(form=r"\d{4}-\d\d-\d\d"),
    "icon": text(),
    "providers": _texts,
    "previewImages": _texts,
    "previewImagesDark": _texts,
    "threatAnalysisTactics": _texts,
    "threatAnalysisTechniques": _texts,
}
_needed: dict[str, Check] = {"parentId": text(form=r"(?i)/subscriptions/.+"), "kind": one_of(*KINDS)}

_FILTER = re.compile(r"properties/(kind|contentId|source/kind|source/name|source/sourceId|parentId) eq '([^']*)'")


class Metadata(Collection):
    """One of each name; what it belongs to need not exist, and does not take it along when it is deleted."""

    type: ClassVar[str] = "Microsoft.SecurityInsights/metadata"
    body: ClassVar[Check] = body_of(Fields(_needed, _optional))
    changes: ClassVar[Check] = Fields({}, {"etag": text(), "properties": Fields({}, {**_needed, **_optional})})

    def kept(self, given: dict[str, Any], place: Place, current: Resource | None) -> dict[str, Any]:
        return {"properties": given["properties"]}

    def patch(self, request: Request, place: Place) -> Response:
        """Change some of the properties of one. Raises Refusal."""
        given = request.json()
        with place.azure.state.lock:
            current = self.existing(place)
            check_headers(request, current)
            self.check_etag(given.get("etag"), current, place)
            try:
                changes = self.changes(given, "").get("properties", {})
            except Wrong as wrong:
                raise self.wrong(wrong) from None
            body = {"properties": {**copy.deepcopy(current.body["properties"]), **changes}}
            return Response(200, self.served(self.store(request, place, body), place))

    def list(self, request: Request, place: Place) -> Response:
        found = [self.served(each, place) for each in self.resources(place, request)]
        if wanted := request.query.get("$filter"):
            match = _FILTER.fullmatch(wanted.strip())
            if match is None:
                raise Refusal(400, "BadRequest", f"The filter '{wanted}' is not supported.")
            found = [each for each in found if str(_at(each["properties"], match[1])).lower() == match[2].lower()]
        return page(request, found, place.azure.page_size)


def _at(properties: dict[str, Any], path: str) -> Any:
    value: Any = properties
    for name in path.split("/"):
        value = (value or {}).get(name)
    return value
