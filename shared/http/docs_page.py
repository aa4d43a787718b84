"""`/docs`: the routes of a service as one HTML page that needs nothing from elsewhere."""

from html import escape
from typing import Any

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
section{border-top:1px solid #ccc;padding:.75rem 0}h2{font-size:1rem;margin:0}code{font-size:.95em}
.roles,.statuses{color:#555;font-size:.9rem;margin:.2rem 0}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#161616}.roles,.statuses{color:#aaa}section{border-color:#444}}
"""


def page(document: dict[str, Any]) -> str:
    """The page of an OpenAPI document."""
    title = escape(document["info"]["title"])
    sections = [
        _section(path, method, operation)
        for path, operations in sorted(document["paths"].items())
        for method, operation in operations.items()
    ]
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
        f"<h1>{title}</h1><p>{escape(document['info'].get('description', ''))}</p>"
        f'<p>The same as data, with every schema: <a href="/openapi.json">/openapi.json</a></p>'
        f"{''.join(sections)}</body></html>"
    )


def _section(path: str, method: str, operation: dict[str, Any]) -> str:
    roles = ", ".join(operation.get("x-roles", [])) or "no token needed"
    query = ", ".join(p["name"] for p in operation.get("parameters", []) if p.get("in") == "query")
    statuses = " ".join(operation["responses"])
    return (
        f"<section><h2><code>{escape(method.upper())} {escape(path)}</code></h2>"
        f"<div>{escape(operation.get('summary', ''))}</div>"
        f'<p class="roles">{escape(roles)}</p>'
        + (f'<p class="roles">?{escape(query)}</p>' if query else "")
        + f'<p class="statuses">{escape(statuses)}</p></section>'
    )
