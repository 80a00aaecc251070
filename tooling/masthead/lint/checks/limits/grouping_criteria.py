from __future__ import annotations

from collections.abc import Iterable, Iterator

from masthead.content.document import Document
from masthead.content.finding import Finding, Severity
from masthead.content.model import Detection, Grouping
from masthead.content.schema import closest
from masthead.lint.check import RULES, FileCheck
from masthead.lint.subject import Subject

_AT = ("incidentConfiguration", "groupingConfiguration")


class GroupingCriteria(FileCheck):
    """Alerts grouped by what they do not have.

    With `matchingMethod: Selected`, alerts share an incident when what is named is the same in both: entities that the
    rule maps, custom details that it has, or the alert's title or severity. At least one must be named.

    **Anti-pattern**: `groupByEntities: [Host]` in a rule that maps no Host.

    **Best practice**: name what the rule maps, or use `AllEntities`.

    Source: <https://learn.microsoft.com/azure/sentinel/create-analytics-rules>
    """

    code = "MH207"
    slug = "grouping-criteria"
    severity = Severity.ERROR
    kinds = RULES

    def check(self, subject: Subject) -> Iterable[Finding]:
        rule = subject.content
        assert isinstance(rule, Detection)
        grouping = rule.incident_configuration.grouping if rule.incident_configuration else None
        if grouping is None or not grouping.enabled or grouping.matching_method != "Selected":
            return
        if not (grouping.by_entities or grouping.by_alert_details or grouping.by_custom_details):
            message = "matchingMethod is Selected, but nothing is selected"
            hint = "Name something under groupByEntities, groupByAlertDetails or groupByCustomDetails."
            yield self.in_document(subject.document, message, (*_AT, "matchingMethod"), hint=hint)
        yield from self._unknown(subject.document, rule, grouping)

    def _unknown(self, document: Document, rule: Detection, grouping: Grouping) -> Iterator[Finding]:
        entities = list(dict.fromkeys(mapping.entity_type for mapping in rule.entity_mappings))
        lists = (
            ("groupByEntities", grouping.by_entities, entities, "maps no {} entity"),
            ("groupByCustomDetails", grouping.by_custom_details, list(rule.custom_details), "has no custom detail {}"),
        )
        for key, names, known, problem in lists:
            for index, name in enumerate(names):
                if name not in known:
                    near = closest(name, known)
                    hint = f"It has {', '.join(known)}." if known else f"Leave {key} out."
                    hint = f'Did you mean "{near}"?' if near else hint
                    yield self.in_document(document, f"the rule {problem.format(name)}", (*_AT, key, index), hint=hint)
