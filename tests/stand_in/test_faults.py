"""What goes wrong on demand, as the clients see it, and what has happened nevertheless."""

from __future__ import annotations

import threading
import time
from json import JSONDecodeError

import pytest
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    DecodeError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseError,
)

from stand_in import Effect, Fault, Quirks
from stand_in.bodies import RULE_ID, rule

PUT = {"method": "PUT", "path": "alertRules"}


@pytest.fixture(autouse=True)
def quick(stand_in):
    """Queries are not bound: a busy machine may take longer for that than an impatient client waits."""
    stand_in.azure.quirks = Quirks(checks_rule_queries=False)


def write(stand_in, attempts=0, **options):
    session = stand_in.session(attempts=attempts)
    return session.sentinel.alert_rules.create_or_update(*session.scope, RULE_ID, rule(), **options)


def is_written(stand_in):
    return any(each["name"] == RULE_ID for each in stand_in.resources("alertRules"))


@pytest.mark.parametrize(
    ("effect", "raised", "written"),
    [
        (Effect.THROTTLED, HttpResponseError, False),
        (Effect.FAILED, HttpResponseError, False),
        (Effect.UNAVAILABLE, HttpResponseError, False),
        (Effect.CONFLICT, HttpResponseError, False),
        (Effect.TOKEN_EXPIRED, ClientAuthenticationError, False),
        (Effect.TIMEOUT, ServiceResponseError, False),
        (Effect.TIMEOUT_AFTER, ServiceResponseError, True),
        (Effect.DROPPED, (ServiceResponseError, ServiceRequestError), False),
        (Effect.DROPPED_AFTER, (ServiceResponseError, ServiceRequestError), True),
        (Effect.TRUNCATED_AFTER, (DecodeError, JSONDecodeError), True),
        (Effect.KILLED, (ServiceResponseError, ServiceRequestError), False),
        (Effect.KILLED_AFTER, (ServiceResponseError, ServiceRequestError), True),
    ],
)
def test_each_effect(stand_in, effect, raised, written):
    fault = stand_in.faults.add(Fault(effect, **PUT))
    impatient = {"read_timeout": 0.5} if effect in (Effect.TIMEOUT, Effect.TIMEOUT_AFTER) else {}
    with pytest.raises(raised):
        write(stand_in, **impatient)
    assert fault.struck == 1
    assert is_written(stand_in) is written
    write(stand_in)  # it befell one request only
    assert is_written(stand_in)


@pytest.mark.parametrize("effect", [Effect.THROTTLED, Effect.FAILED, Effect.UNAVAILABLE, Effect.DROPPED])
def test_the_client_tries_again_without_waiting(stand_in, effect):
    began = time.monotonic()
    fault = stand_in.faults.add(Fault(effect, times=2, **PUT))
    write(stand_in, attempts=3)
    assert fault.struck == 2
    assert [call.status for call in stand_in.calls if call.method == "PUT"][-1] == 201
    assert time.monotonic() - began < 5


def test_statuses_and_the_time_to_wait(stand_in):
    fault = stand_in.faults.add(Fault(Effect.THROTTLED, retry_after=17, **PUT))
    with pytest.raises(HttpResponseError) as caught:
        write(stand_in)
    assert (caught.value.status_code, caught.value.response.headers["Retry-After"]) == (429, "17")
    fault.nth, fault.retry_after = 2, None
    with pytest.raises(HttpResponseError) as caught:
        write(stand_in)
    assert "Retry-After" not in caught.value.response.headers


def test_a_conflict_is_one_of_etags(stand_in):
    stand_in.faults.add(Fault(Effect.CONFLICT, **PUT))
    with pytest.raises(HttpResponseError) as caught:
        write(stand_in)
    assert (caught.value.status_code, caught.value.error.code) == (409, "Conflict")


def test_the_nth_request_is_counted_over_all_but_those_for_tokens(stand_in):
    fault = stand_in.faults.add(Fault(Effect.FAILED, nth=2))
    write(stand_in)
    assert (fault.seen, fault.struck) == (1, 0)
    with pytest.raises(HttpResponseError):
        write(stand_in)
    assert (fault.seen, fault.struck) == (2, 1)


def test_signing_in_can_fail_too(stand_in):
    stand_in.faults.add(Fault(Effect.FAILED, path="/oauth2/", times=10))
    with pytest.raises(AzureError):
        write(stand_in)
    assert not is_written(stand_in)


def test_a_fault_can_last_for_a_block(stand_in):
    with stand_in.faults.during(Fault(Effect.FAILED, times=1_000_000)), pytest.raises(HttpResponseError):
        write(stand_in)
    write(stand_in)


def test_whoever_kills_the_client_is_called_while_the_request_is_under_way(stand_in):
    killed = threading.Event()
    stand_in.faults.add(Fault(Effect.KILLED_AFTER, call=killed.set, **PUT))
    with pytest.raises(AzureError):
        write(stand_in)
    assert killed.is_set()
    assert is_written(stand_in)


def test_what_befell_a_call_is_recorded(stand_in):
    stand_in.faults.add(Fault(Effect.DROPPED, **PUT))
    write(stand_in, attempts=2)
    found = [(call.status, call.fault, call.account) for call in stand_in.calls if call.method == "PUT"]
    assert found[0] == (None, Effect.DROPPED, None)
    assert found[-1] == (201, None, "masthead-deploy")
    assert [call.path.rsplit("/", 1)[1] for call in stand_in.writes()] == [RULE_ID] * 2


def test_a_silent_server_can_be_stopped(stand_in):
    stand_in.faults.add(Fault(Effect.TIMEOUT, seconds=60, **PUT))

    def fail():
        with pytest.raises(AzureError):
            write(stand_in)

    client = threading.Thread(target=fail)
    client.start()
    while not stand_in.faults.waiting[0].struck:
        time.sleep(0.01)
    stand_in.stop()
    client.join(10)
    assert not client.is_alive()


def test_many_clients_at_once_lose_nothing(stand_in):
    session = stand_in.session()
    ids = [f"{number:08d}-2222-4333-8444-555555555555" for number in range(40)]

    def write_some(some):
        for id in some:
            session.sentinel.alert_rules.create_or_update(*session.scope, id, rule())

    threads = [threading.Thread(target=write_some, args=(ids[start::4],)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {each["name"] for each in stand_in.resources("alertRules")} >= set(ids)
    assert len(stand_in.writes()) == 40
