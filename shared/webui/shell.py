"""The page shell: Jinja2 templates in which a name that is not there is an error and every text is escaped."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

FOLDER = Path(__file__).parent / "templates"
_SAID = {
    400: "请求的参数不对",
    401: "请登录",
    403: "没有权限",
    404: "没有找到",
    422: "请求的参数不对",
    429: "请求过于频繁,请稍后再试",
    503: "服务暂不可用,请稍后再试",
}
_FAILED = "出错了,请稍后再试"


class Shell:
    """Renders pages from the templates of a folder, which stand on those here."""

    def __init__(self, *folders: Path, filters: Mapping[str, Callable[..., str]] | None = None) -> None:
        self._environment = Environment(
            loader=FileSystemLoader([*folders, FOLDER]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=True,
        )
        style = (FOLDER / "style.css").read_text(encoding="utf-8").replace("\n", "")
        self._environment.globals["style"] = Markup(style)  # noqa: S704 - our own file
        self._environment.filters |= dict(filters or {})
        for name in self._environment.list_templates(["j2"]):
            self._environment.get_template(name)

    def page(self, template: str, **values: Any) -> str:
        """A page from `<template>.html.j2`."""
        return self._environment.get_template(f"{template}.html.j2").render(values)


_OWN = Shell()


def refusal(status: int, fields: Mapping[str, Any], request_id: str, onward: str) -> str:
    """The page of an answer that is none; of 401 the form to log in, after which it goes on to `onward`."""
    return _OWN.page(
        "refusal",
        status=status,
        said=_SAID.get(status, _FAILED),
        fields=sorted(fields),
        request_id=request_id,
        onward=onward,
    )
