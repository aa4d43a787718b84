"""The ledger's files through the api: the rows that the ledger shows to the same caller, and how many they are."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest

from services.reporting.domain.calendar import day_of
from tests.integration.reporting.scene import NOW, findings
from tests.unit.reporting.world import TOWNSHIP, assigned

pytestmark = pytest.mark.needs_mongo
PAST = day_of(NOW - timedelta(days=20))


@pytest.fixture(scope="module", autouse=True)
def ledger(worker):
    worker.deliver(*findings(60), assigned("stub", ("C001", "direct")))


def numbers(answer, ending):
    """Those in the first sheet, in its order."""
    if ending == "csv":
        _, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
        return [row[0] for row in rows]
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content), read_only=True).worksheets[0]
    return [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)]


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize(
    "asked", ["", "area=990100001&team=T05", "overdue=true", f"as_of={PAST}", f"as_of={PAST}&status=issued"]
)
def test_a_file_has_the_rows_of_the_ledger(api, ending, asked):
    shown = [row["number"] for row in api.all(f"/ledger?{asked}")]
    answer = api.ask("GET", f"/ledger.{ending}?{asked}")
    assert shown
    assert answer.status_code == 200
    assert numbers(answer, ending) == shown
    assert answer.headers["X-Total-Rows"] == str(len(shown))
    assert f".{ending}" in answer.headers["Content-Disposition"]


def test_a_caller_gets_the_own_area(api):
    shown = [row["number"] for row in api.all("/ledger", area=TOWNSHIP)]
    assert numbers(api.ask("GET", "/ledger.csv", area=TOWNSHIP), "csv") == shown


def test_the_totals_are_those_of_the_statistics(api):
    total = api.get("/statistics?by=status")["total"]
    book = openpyxl.load_workbook(io.BytesIO(api.ask("GET", "/ledger.xlsx").content))
    header, whole = [[one.value for one in row] for row in book.worksheets[1].iter_rows(max_row=2)]
    told = dict(zip(header, whole, strict=True))
    assert (told["交办(条)"], told["交办(个)"], told["销号"]) == (
        total["posted"], total["posted_items"], total["closed"],
    )  # fmt: skip
    assert (told["销号率"], told["按期整改率"]) == (total["rate_closed"], total["rate_on_time"])


def test_what_cannot_be_is_refused(api):
    assert api.ask("GET", "/ledger.csv?limit=5").status_code == 400
    assert api.ask("GET", f"/ledger.xlsx?as_of={day_of(NOW) + timedelta(days=2)}").status_code == 422
    assert api.ask("GET", "/ledger.csv", "cadre", cadre="C001").status_code == 403
    assert api.ask("GET", "/ledger.csv?area=990100002", area=TOWNSHIP).status_code == 403
