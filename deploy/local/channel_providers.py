"""What the stand-ins of the channel sink ask of a request, and how they answer: each as the real one does."""

import base64
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from standardwebhooks import Webhook, WebhookVerificationError

from deploy.local import wecom_member
from deploy.local.wecom_member import Enterprise

# Who the local stack is with them: no secret, they stand on loopback.
APP, CORP, AGENT = "duze", "ww-local", 1000002
SMS_SECRET = CORP_SECRET = ROBOT_SECRET = "local-stack-only"  # noqa: S105
ENTERPRISE = Enterprise(CORP, AGENT, "local-stack-only", "local0stack0only0" + "0" * 26)
WEBHOOK_SECRET = "whsec_" + base64.b64encode(b"local-stack-only-webhook").decode()
_TOLERANCE = 3600


@dataclass(frozen=True, slots=True)
class Asked:
    """A request."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    def query(self, name: str) -> str:
        return parse_qs(urlsplit(self.target).query).get(name, [""])[0]

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), "")

    @property
    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that was taken; the same `key` is taken once. `link` is where a card leads, `button` the key of its
    button."""

    channel: str
    to: str
    text: str
    key: str = ""
    button: str = ""
    link: str = ""


class Refusal(Exception):  # noqa: N818 - an answer, not a fault
    """A code in an answer of this status."""

    def __init__(self, code: int, words: str, status: int = 200) -> None:
        super().__init__(words)
        self.code, self.status = code, status


class Files(Protocol):
    """Where messages go."""

    keys: dict[tuple[str, str], str]
    tokens: set[str]
    cards: dict[str, Taken]
    callback: str

    def take(self, taken: Taken) -> str: ...

    def too_many(self, robot: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Route:
    """One of their paths; `codes` are the answers of its moods, `name` is what it calls its code."""

    channel: str
    act: Callable[[Asked, Files], tuple[int, dict[str, Any]]]
    codes: Mapping[str, int] = field(default_factory=dict)
    name: str = "errcode"
    moody: bool = True

    def answer(self, asked: Asked, files: Files, mood: str) -> tuple[int, dict[str, Any]]:
        """Its answer, in this mood; raises Refusal."""
        if mood in self.codes:
            raise Refusal(self.codes[mood], f"as its mood is: {mood}")
        return self.act(asked, files)

    def refused(self, refusal: Refusal) -> dict[str, Any]:
        """Its answer."""
        return {self.name: refusal.code, "errmsg": str(refusal)}


def _token(asked: Asked, files: Files) -> tuple[int, dict[str, Any]]:
    if (asked.query("corpid"), asked.query("corpsecret")) != (CORP, CORP_SECRET):
        raise Refusal(40001, "invalid credential")
    token = uuid.uuid4().hex
    files.tokens.add(token)
    return 200, {"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": 7200}


def _card(asked: Asked, files: Files) -> tuple[int, dict[str, Any]]:
    if asked.query("access_token") not in files.tokens:
        raise Refusal(40014, "invalid access_token")
    sent, to = asked.json, str(asked.json["touser"])
    if to.startswith("nobody"):
        return 200, {"errcode": 0, "errmsg": "ok", "invaliduser": to}
    if sent["msgtype"] == "template_card":
        card = sent["template_card"]
        text = f"{card['main_title']['title']}\n{card['sub_title_text']}"
        button, link = card["button_list"][0]["key"], card["card_action"]["url"]
    else:
        card, button = sent["textcard"], ""
        text, link = f"{card['title']}\n{card['description']}", card["url"]
    found = files.take(Taken("wecom", to, text, button=button, link=link))
    return 200, {"errcode": 0, "errmsg": "ok", "msgid": found}


def _press(asked: Asked, files: Files) -> tuple[int, dict[str, Any]]:
    """Somebody presses the button of a card that was filed: /press/<its id>."""
    found = asked.path.rpartition("/")[2]
    card = files.cards.get(found)
    if card is None:
        raise Refusal(404, "no card with a button has this id", 404)
    return 200, {
        "errcode": 0,
        "button": wecom_member.press(ENTERPRISE, files.callback, card.to, card.button, found),
    }


def _wecom_robot(asked: Asked, files: Files) -> tuple[int, dict[str, Any]]:
    key, text = asked.query("key"), asked.json["text"]["content"]
    if not key:
        raise Refusal(93000, "invalid webhook url")
    if len(text.encode()) > 2048:
        raise Refusal(40058, "content exceeds max length")
    if files.too_many(f"wecom {key}"):
        raise Refusal(45009, "api freq out of limit")
    files.take(Taken("wecom_robot", key, text))
    return 200, {"errcode": 0, "errmsg": "ok"}


def _dingtalk(asked: Asked, files: Files) -> tuple[int, dict[str, Any]]:
    token, stamp = asked.query("access_token"), asked.query("timestamp")
    secret = ROBOT_SECRET if not token.startswith("own-") else f"SEC{token}"
    wanted = base64.b64encode(
        hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    )
    fresh = stamp.isdigit() and abs(int(stamp) / 1000 - time.time()) < _TOLERANCE
    if not fresh or not hmac.compare_digest(wanted.decode(), asked.query("sign")):
        raise Refusal(310000, "sign not match")
    if files.too_many(f"dingtalk {token}"):
        raise Refusal(130101, "send too fast, exceed 20 times per minute")
    files.take(Taken("dingtalk", token, asked.json["text"]["content"]))
    return 200, {"errcode": 0, "errmsg": "ok"}


def _sms(asked: Asked, files: Files) -> tuple[int, dict[str, Any]]:
    _require_sms_signature(asked)
    key, wanted = asked.header("Idempotency-Key"), asked.json
    return 200, {"code": 0, "id": files.take(Taken("sms", wanted["to"], wanted["text"], key))}


def _sms_standing(asked: Asked, files: Files) -> tuple[int, dict[str, Any]]:
    _require_sms_signature(asked)
    found = files.keys.get(("sms", unquote(asked.path.rpartition("/")[2])))
    if found is None:
        raise Refusal(2404, "no message has this key")
    return 200, {"code": 0, "id": found, "status": "accepted"}


def _require_sms_signature(asked: Asked) -> None:
    stamp = asked.header("X-Sms-Timestamp")
    path = asked.path.removeprefix("/sms")
    content = f"{stamp}.{asked.method} {path}.".encode() + asked.body
    wanted = hmac.new(SMS_SECRET.encode(), content, hashlib.sha256).hexdigest()
    fresh = stamp.isdigit() and abs(int(stamp) - time.time()) < _TOLERANCE
    if not fresh or not hmac.compare_digest(wanted, asked.header("X-Sms-Signature")):
        raise Refusal(1003, "signature does not match")
    if asked.header("X-Sms-App") != APP:
        raise Refusal(1004, "unknown app")


def _webhook(asked: Asked, files: Files) -> tuple[int, dict[str, Any]]:
    try:
        told = Webhook(WEBHOOK_SECRET).verify(asked.body, dict(asked.headers))
    except WebhookVerificationError as exc:
        raise Refusal(400, "signature does not match", 400) from exc
    data = told["data"]
    text = f"{data['subject']}\n{data['body']}"
    return 202, {"id": files.take(Taken("webhook", asked.path, text, asked.header("webhook-id")))}


_WECOM = {"refuse": 81013, "retry": -1, "busy": 45009}
_ROUTES: tuple[tuple[str, str, Route], ...] = (
    ("GET", "/cgi-bin/gettoken", Route("wecom", _token, moody=False)),
    ("POST", "/cgi-bin/message/send", Route("wecom", _card, _WECOM)),
    ("POST", "/press/", Route("wecom", _press, moody=False)),
    ("POST", "/cgi-bin/webhook/send", Route("wecom_robot", _wecom_robot, _WECOM)),
    ("POST", "/robot/send", Route("dingtalk", _dingtalk, {"refuse": 300001, "retry": -1, "busy": 130101})),
    ("POST", "/sms/messages", Route("sms", _sms, {"refuse": 2001, "retry": 1001, "busy": 1002}, "code")),
    ("GET", "/sms/messages/", Route("sms", _sms_standing, name="code", moody=False)),
    ("POST", "/webhook", Route("webhook", _webhook)),
)


def route(asked: Asked) -> Route | None:
    """Who is asked."""
    for method, path, found in _ROUTES:
        whole = asked.path == path or (
            (path.endswith("/") or path == "/webhook") and asked.path.startswith(path)
        )
        if asked.method == method and whole:
            return found
    return None


def settings(host: str, port: int) -> dict[str, str]:
    """What the notifications service has to be told so that it writes to the sink."""
    base = f"http://{host}:{port}"
    return {
        "DUZE_SMS_URL": f"{base}/sms",
        "DUZE_SMS_APP": APP,
        "DUZE_SMS_SECRET": SMS_SECRET,
        "DUZE_WECOM_URL": base,
        "DUZE_WECOM_CORP": CORP,
        "DUZE_WECOM_AGENT": str(AGENT),
        "DUZE_WECOM_SECRET": CORP_SECRET,
        "DUZE_WECOM_CALLBACK_TOKEN": ENTERPRISE.token,
        "DUZE_WECOM_CALLBACK_KEY": ENTERPRISE.key,
        "DUZE_DINGTALK_URL": base,
        "DUZE_DINGTALK_SECRET": ROBOT_SECRET,
        "DUZE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "DUZE_WEBHOOK_HOSTS": f"{host}:{port}",
    }
