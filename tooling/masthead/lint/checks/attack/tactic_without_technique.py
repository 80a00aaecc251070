from __future__ import annotations

from collections.abc import Iterable

from masthead.content.finding import Finding, Severity
from masthead.content.model import Query
from masthead.lint.attack import ICS_TACTICS, is_ics, techniques
from masthead.lint.check import FileCheck
from masthead.lint.subject import Subject


class TacticWithoutTechnique(FileCheck):
    """A tactic that none of the techniques serves.

    Said only where techniques are listed: then each tactic should be there for one of them.

    **Anti-pattern**

    ```yaml
    tactics: [Execution, Impact]
    relevantTechniques: [T1610]
    ```

    **Best practice**: leave `Impact` out, or add the technique that serves it.

    Source: <https://attack.mitre.org/tactics/enterprise/>
    """

    code = "MH304"
    slug = "tactic-without-technique"
    severity = Severity.INFO

    def check(self, subject: Subject) -> Iterable[Finding]:
        query = subject.content
        assert isinstance(query, Query)
        found = [techniques().get(number) for number in query.relevant_techniques if not is_ics(number)]
        if not found or None in found:
            return
        served = {tactic for technique in found if technique for tactic in technique.tactics}
        for index, tactic in enumerate(query.tactics):
            if tactic not in served and tactic not in ICS_TACTICS and tactic != "PreAttack":
                message = f"none of the techniques listed serves {tactic}"
                yield self.in_document(subject.document, message, ("tactics", index))
