"""The pages of this service as HTML: the dashboard, the ledger, the board, and the chain of a finding."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from services.reporting.application.board import Board
from services.reporting.application.chains import Chains
from services.reporting.application.figures import Dashboard
from services.reporting.application.labels import Labels
from services.reporting.application.queries import ReportingQueries
from services.reporting.application.scope import CHAIN_READERS, KNOWS_CASES, Caller
from shared.webui.shell import Shell

FOLDER = Path(__file__).parent / "templates"
_SHOWN_FILTERS = ("area", "status", "category", "severity", "team", "overdue", "from", "to", "as_of", "q")
_ASKED_AS = {"since": "from", "until": "to"}


class Pages:
    """Renders what the application answers; asks as the caller, so that the same holds as for the API."""

    def __init__(
        self,
        dashboard: Dashboard,
        ask: ReportingQueries,
        chains: Chains,
        board: Board,
        labels: Labels,
    ) -> None:
        self._dashboard = dashboard
        self._ask = ask
        self._chains = chains
        self._board = board
        self._labels = labels
        self._shell = Shell(FOLDER, filters={"when": labels.when, "rate": _rate})

    def dashboard(self, by: Caller, no_filters: Mapping[str, Any]) -> str:
        """How it stands today."""
        return self._page("dashboard", by, board=self._dashboard.get(by, no_filters))

    def ledger(self, asked: Mapping[str, Any], by: Caller) -> str:
        """One page of the ledger, with its filters as a form."""
        rows, following = self._ask.ledger(asked, by)
        filters = _filters(asked)
        onward = None if following is None else urlencode({**filters, "cursor": following})
        return self._page(
            "ledger", by, rows=rows, filters=filters, onward=onward, choices=self._labels.choices(by)
        )

    def chain(self, finding: str, by: Caller) -> str:
        """The whole line of one finding."""
        return self._page("chain", by, chain=self._chains.get(finding, by))

    def board(self, by: Caller) -> str:
        """Cases by stage."""
        return self._page("board", by, board=self._board.get(by))

    def _page(self, template: str, by: Caller, **values: Any) -> str:
        return self._shell.page(
            template,
            caller=by,
            label=self._labels.of,
            sees_chain=by.role in CHAIN_READERS,
            sees_board=by.role in KNOWS_CASES,
            **values,
        )


def _filters(asked: Mapping[str, Any]) -> dict[str, str]:
    """The filters that are set, as the form sends them."""
    named = {_ASKED_AS.get(name, name): value for name, value in asked.items()}
    return {name: _sent(named[name]) for name in _SHOWN_FILTERS if named.get(name) is not None}


def _sent(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)


def _rate(value: float | None) -> str:
    return "—" if value is None else f"{value:.0%}"
