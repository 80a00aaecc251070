"""What a plan does about each state that a resource can be in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tooling.workspace.resources_made import WORKSPACE, owned, state, there, wanted

from masthead.workspace.changes import FieldChange
from masthead.workspace.live import LiveState
from masthead.workspace.normal import digest, normal
from masthead.workspace.ownership import NOTHING
from masthead.workspace.plan import Action, Plan, Step, make_plan
from masthead.workspace.resources import Desired, ResourceKind

RULE = wanted("rule")


def plan(desired: list[Desired], live: LiveState, **options: Any) -> Plan:
    return make_plan(WORKSPACE, desired, live, **options)


def brief(step: Step) -> tuple[Any, ...]:
    return step.action, step.key.id, step.changes, step.drifted


SEVERITY = FieldChange("severity", "Low", "High")
HIGH = wanted("rule", severity="High")


def test_what_is_not_there_is_created() -> None:
    made = plan([RULE], state())
    assert [brief(step) for step in made.steps] == [(Action.CREATE, "rule", (), False)]
    assert made.steps[0].wanted == digest(normal(RULE)) and made.steps[0].had is None


def test_what_is_as_it_should_be_is_left() -> None:
    made = plan([RULE], state([there(RULE)], [owned(RULE)]))
    assert (made.steps, made.unchanged, made.same) == ((), 1, ())


def test_what_the_content_has_changed_is_changed() -> None:
    made = plan([HIGH], state([there(RULE)], [owned(RULE)]))
    assert [brief(step) for step in made.steps] == [(Action.CHANGE, "rule", (SEVERITY,), False)]
    assert made.steps[0].etag == '"1"'


def test_what_somebody_has_changed_has_drifted() -> None:
    made = plan([HIGH], state([there(HIGH, severity="Low")], [owned(HIGH)]))
    assert [brief(step) for step in made.steps] == [(Action.CHANGE, "rule", (SEVERITY,), True)]


def test_what_a_deployment_did_not_reach_has_not_drifted() -> None:
    old = there(RULE)
    made = plan([HIGH], state([old], [owned(HIGH, before=old)]))
    assert [brief(step) for step in made.steps] == [(Action.CHANGE, "rule", (SEVERITY,), False)]


def test_what_was_never_made_was_not_deleted() -> None:
    begun = replace(owned(RULE), before=NOTHING)
    made = plan([RULE], state([], [begun]))
    assert [(brief(step), step.notes) for step in made.steps] == [((Action.CREATE, "rule", (), False), ())]
    made = plan([RULE], state([there(RULE)], [begun]))
    assert [brief(step) for step in made.steps] == [(Action.RECORD, "rule", (), False)]


def test_what_somebody_has_deleted_is_made_again_and_told() -> None:
    made = plan([RULE], state([], [owned(RULE)]))
    assert [brief(step) for step in made.steps] == [(Action.CREATE, "rule", (), True)]
    assert made.steps[0].notes == ("it was deployed and is not there any more",)


def test_what_is_not_ours_and_differs_is_in_the_way() -> None:
    made = plan([HIGH], state([there(RULE)]))
    assert [brief(step) for step in made.in_the_way] == [(Action.LEAVE, "rule", (SEVERITY,), False)]
    assert made.to_do == ()
    assert "not made by Masthead; --adopt detections/rbac/rule.yaml takes it over" in made.steps[0].notes[0]


def test_what_another_source_made_is_told_as_its() -> None:
    made = plan([HIGH], state([there(RULE)], others=[RULE.key]))
    assert "another source's, as its metadata say" in made.in_the_way[0].notes[0]


def test_what_is_not_ours_and_the_same_is_left() -> None:
    made = plan([RULE], state([there(RULE)]))
    assert (made.steps, made.unchanged, made.same) == ((), 1, (there(RULE),))


def test_what_is_named_is_taken_over() -> None:
    for live, changes in ((there(RULE), (SEVERITY,)), (there(HIGH), ())):
        made = plan([HIGH], state([live]), adopt=[HIGH.path])
        assert [brief(step) for step in made.steps] == [(Action.ADOPT, "rule", changes, False)]


def test_what_is_as_it_should_be_and_recorded_otherwise_is_recorded() -> None:
    made = plan([HIGH], state([there(HIGH)], [owned(RULE)]))
    assert [brief(step) for step in made.steps] == [(Action.RECORD, "rule", (), False)]


def test_what_is_ours_and_not_wanted_is_deleted_only_when_asked() -> None:
    live = state([there(RULE)], [owned(RULE)])
    assert (plan([], live).steps, plan([], live).orphans) == ((), (there(RULE),))
    made = plan([], live, prune=True)
    assert [(step.action, step.etag, step.had) for step in made.steps] == [
        (Action.DELETE, '"1"', digest(normal(there(RULE))))
    ]


def test_what_is_not_ours_is_never_deleted() -> None:
    made = plan([], state([there(RULE)]), prune=True)
    assert (made.steps, made.foreign) == ((), (there(RULE),))


def test_the_record_of_what_is_gone_goes_too() -> None:
    made = plan([], state([], [owned(RULE)]))
    assert [brief(step) for step in made.steps] == [(Action.FORGET, "rule", (), False)]


def test_dependents_are_deleted_first() -> None:
    lists, rule = wanted("list", ResourceKind.WATCHLIST), wanted("rule")
    made = plan([], state([there(lists), there(rule)], [owned(lists), owned(rule)]), prune=True)
    assert [step.key.id for step in made.steps] == ["rule", "list"]


def test_a_part_of_the_content_says_nothing_of_the_rest() -> None:
    other = wanted("other")
    live = state([there(RULE), there(other)], [owned(RULE), owned(other)])
    made = plan([RULE], live, prune=True, everything=False)
    assert (made.steps, made.orphans) == ((), ())


def test_a_rule_that_sentinel_disabled_is_called_that() -> None:
    described = wanted("rule", description="What it does.")
    disabled = there(
        described,
        displayName="AUTO DISABLED Rule",
        description="The table SigninLogs does not exist.\nWhat it does.",
        enabled=False,
    )
    step = plan([described], state([disabled], [owned(described)])).steps[0]
    assert (step.action, step.auto_disabled, step.drifted) == (Action.CHANGE, True, True)
    assert step.notes == ("Sentinel disabled it: The table SigninLogs does not exist.",)


def test_more_rules_than_a_workspace_holds_are_told() -> None:
    rules = [wanted(f"rule-{number}") for number in range(500)]
    foreign = [there(wanted(f"other-{number}")) for number in range(13)]
    assert plan(rules, state(foreign)).problems == ("513 Scheduled rules would be enabled, and a workspace holds 512",)
    assert plan(rules, state(foreign[1:])).problems == ()


@given(st.data())
def test_no_plan_touches_what_is_not_ours(data: st.DataObject) -> None:
    """Whatever is wanted, there, and recorded: only what is absent, ours or named is touched."""
    ids = [f"r{number}" for number in range(6)]
    some = st.lists(st.sampled_from(ids), unique=True)
    rules = {id: wanted(id) for id in ids}
    severities = {id: data.draw(st.sampled_from(["Low", "High"])) for id in ids}
    live = {id: there(rules[id], severity=severities[id]) for id in data.draw(some)}
    ours = data.draw(some)
    adopted = data.draw(some)
    made = plan(
        [rules[id] for id in data.draw(some)],
        state(live.values(), [owned(rules[id]) for id in ours]),
        prune=data.draw(st.booleans()),
        adopt=[rules[id].path for id in adopted],
    )
    for step in made.to_do:
        assert step.key.id in ours or step.key.id not in live or step.key.id in adopted
        assert step.action is not Action.DELETE or step.key.id in ours
    assert len({step.key for step in made.steps}) == len(made.steps)


def test_a_watchlist_is_compared_with_its_items() -> None:
    one = replace(wanted("list", ResourceKind.WATCHLIST), items=({"K": "1"},))
    two = replace(one, items=({"K": "1"}, {"K": "2"}))
    made = plan([two], state([there(one)], [owned(one)]))
    assert made.steps[0].changes == (FieldChange("items", [{"K": "1"}], [{"K": "1"}, {"K": "2"}]),)
