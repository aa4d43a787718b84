"""Before an event may have any effect: a defect of the checks themselves costs one message, not the consumer."""

from typing import Any

import pytest

from shared.contracts import registry
from shared.messaging.intake import Intake, PermanentError
from shared.messaging.wire import Delivery
from tests.integration.messaging.events import body_of, posted

INTAKE = Intake(service="accountability", source="findings", own="duze_accountability")


def delivery(body: bytes, **properties: Any) -> Delivery:
    whole = {"user_id": "duze_findings", "content_type": "application/cloudevents+json", **properties}
    return Delivery(1, "q", False, b"", body, whole)


def reason(one: Delivery) -> str:
    with pytest.raises(PermanentError) as caught:
        INTAKE.check(one)
    return caught.value.reason


def test_an_event_of_the_source_passes() -> None:
    event = posted()
    received = INTAKE.check(
        delivery(body_of(event), content_type="Application/CloudEvents+JSON; charset=utf-8")
    )
    assert (received.event, received.attempts, received.redriven) == (event, 0, None)


def test_a_service_s_account_is_named_after_it_and_no_other_may_speak_for_the_source() -> None:
    assert reason(delivery(body_of(posted()), user_id="findings")).startswith("wrong_user")


def test_a_type_of_another_producer_is_refused_even_in_the_right_exchange() -> None:
    event = posted(type="notice.sent.v1", data={})
    assert reason(delivery(body_of(event))).startswith(("schema", "wrong_source"))


def test_an_error_nobody_thought_of_parks_the_message(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def validate(self, _data: Any) -> Any:
            raise LookupError("the text of the message")

    schema = registry.SAID["findings", "finding.posted.v1"]
    monkeypatch.setitem(registry._INSTANCES, schema, Broken())
    said = reason(delivery(body_of(posted(data={"finding": 5}))))
    assert said == "unchecked: LookupError"
