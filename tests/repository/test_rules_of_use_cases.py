"""The function that tells workbooks the use case of a rule knows the detections there are."""

from __future__ import annotations

import re
from pathlib import Path

from masthead.content.project import Project

ROOT = Path(__file__).parents[2]


def test_every_detection_stands_there_under_its_use_case() -> None:
    project = Project.load(ROOT)
    titles = {each.slug: each.title for each in project.use_case_list}
    [function] = [each for each in project.functions if each.alias == "RulesOfUseCases"]
    listed = [
        (title, rule)
        for title, rules in re.findall(r'"([^"]+)",\s*dynamic\(\s*\[([^\]]*)\]', function.query)
        for rule in re.findall(r'"([^"]+)"', rules)
    ]

    detections = [(titles[each.use_case], each.name) for each in project.detections if each.use_case in titles]

    assert sorted(listed) == sorted(detections)
