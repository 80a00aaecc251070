from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from masthead.content.document import ValuePath
from masthead.content.finding import Finding, Severity
from masthead.content.model import AlertDetailsOverride, Detection
from masthead.lint.check import RULES, FileCheck
from masthead.lint.names import column_hint
from masthead.lint.subject import Subject

_AT = "alertDetailsOverride"
_PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_FORMATS = ("alertDisplayNameFormat", "alertDescriptionFormat")


class AlertDetailColumn(FileCheck):
    """An alert's title, or another detail, from a column that the query does not return.

    The `{{Column}}` placeholders of titles and descriptions, and the columns for tactics, severity and further
    properties, are filled from the row. Where the column is missing, Sentinel shows the rule's own text instead.

    **Anti-pattern**: `alertDisplayNameFormat: "{{Usr}} granted cluster-admin"`

    **Best practice**: `alertDisplayNameFormat: "{{Actor}} granted cluster-admin"`, when the query returns `Actor`.

    Source: <https://learn.microsoft.com/azure/sentinel/customize-alert-details>
    """

    code = "MH503"
    slug = "alert-detail-column"
    severity = Severity.ERROR
    kinds = RULES

    def check(self, subject: Subject) -> Iterable[Finding]:
        rule, columns = subject.content, subject.columns
        assert isinstance(rule, Detection)
        override = rule.alert_details_override
        if override is None or columns is None:
            return
        yield from self._placeholders(subject, override, columns)
        for path, column in _whole_columns(override):
            if column not in columns:
                message = f"the query does not return the column {column}"
                yield self.in_document(subject.document, message, path, hint=column_hint(column, columns))

    def _placeholders(
        self, subject: Subject, override: AlertDetailsOverride, columns: dict[str, str]
    ) -> Iterator[Finding]:
        for key, text in zip(_FORMATS, (override.display_name_format, override.description_format), strict=True):
            for match in _PLACEHOLDER.finditer(text or ""):
                if match[1].strip() not in columns:
                    span = subject.document.span_in((_AT, key), match.start(), match.end())
                    message = f"the query does not return the column {match[1].strip() or '(none)'}"
                    hint = column_hint(match[1].strip(), columns)
                    yield self.in_document(subject.document, message, span=span, hint=hint)


def _whole_columns(override: AlertDetailsOverride) -> Iterator[tuple[ValuePath, str]]:
    if override.tactics_column:
        yield (_AT, "alertTacticsColumnName"), override.tactics_column
    if override.severity_column:
        yield (_AT, "alertSeverityColumnName"), override.severity_column
    for index, column in enumerate(override.dynamic_properties.values()):
        yield (_AT, "alertDynamicProperties", index, "value"), column
