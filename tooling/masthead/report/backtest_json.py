"""A backtest for programs."""

from __future__ import annotations

import json
from typing import Any

from masthead.content.durations import short_duration
from masthead.report.backtest_words import COUNTS
from masthead.simulate.alerts import Alert
from masthead.testing.backtest import Backtest
from masthead.testing.facts import alert_facts, incident_facts
from masthead.testing.trial import Trial


def backtest_json(backtest: Backtest) -> str:
    """An object with the logs, and under `trials` what came of the rule as it is and with other settings.

    Moments are ISO 8601, in UTC.
    """
    data = {
        "detection": backtest.rule.path,
        "logs": backtest.name,
        "from": backtest.start.isoformat(),
        "to": backtest.end.isoformat(),
        "tables": [
            {
                "table": held.table,
                "rows": held.rows,
                "first": held.first.isoformat() if held.first else None,
                "last": held.last.isoformat() if held.last else None,
            }
            for held in backtest.held
        ],
        "questions": backtest.questions,
        "trials": [_trial(trial) for trial in backtest.trials],
        "undocumented": list(backtest.assumptions),
    }
    return json.dumps(data, ensure_ascii=False, indent=1, default=str) + "\n"


def _trial(trial: Trial) -> dict[str, Any]:
    rule = trial.rule
    return {
        "label": trial.label,
        "frequency": short_duration(rule.query_frequency) if rule.query_frequency else None,
        "period": short_duration(rule.query_period) if rule.query_period else None,
        "threshold": rule.trigger_threshold,
        **{name: count(trial) for name, _, count in COUNTS},
        "alerts_by_day": {day.isoformat(): count for day, count in trial.alerts_by_day.items()},
        "titles": dict(trial.titles),
        "entities": dict(trial.entities),
        "left_out": dict(trial.left_out),
        "failures": {due.isoformat(): reason for due, reason in trial.reasons.items()},
        "alert_list": [_alert(alert) for alert in trial.alerts],
        "incident_list": [
            {"created": incident.created.isoformat(), **incident_facts(incident)}
            for incident in trial.outcome.incidents
        ],
    }


def _alert(alert: Alert) -> dict[str, Any]:
    return {"created": alert.created.isoformat(), "rows": len(alert.rows), **alert_facts(alert)}
