"""The files of a case's documents: which are taken, once, and who gets them."""

import hashlib
import io
from dataclasses import dataclass, replace
from typing import Any

import pytest

from services.accountability.adapters.case_files import kind_of
from services.accountability.application import case_commands as commands
from services.accountability.domain.errors import (
    FileKeptError,
    InvalidError,
    InvalidTransitionError,
    RecusedError,
    UnknownError,
)
from shared.contracts.claims import Claims
from tests.unit.accountability.case_world import APPROVER, CaseWorld
from tests.unit.accountability.world import COMMISSION, COUNTY

PDF = b"%PDF-1.7\nminutes\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0minutes\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\nminutes\x00\x00\x00\x00IEND\xaeB`\x82"


@dataclass
class Sent:
    content: bytes = PDF

    @property
    def file(self) -> Any:
        return io.BytesIO(self.content)

    @property
    def size(self) -> int:
        return len(self.content)


@pytest.fixture
def world():
    return CaseWorld()


@pytest.fixture
def case(world):
    return world.a_case()


def paper(world, case, **told):
    return world.move("add", commands.AddDocument, case, title="谈话笔录", **told).documents[-1].id


def send(world, case, document, content=PDF, by=COMMISSION):
    command = commands.AddDocumentFile(id=case, document=document, by=by, seen=lambda version: None)
    return world.papers.add_file(command, Sent(content), world.work)


def read(world, case, document, by=COMMISSION):
    _, file = world.work(lambda work: world.papers.file(work, case, document, by))
    return b"".join(world.papers.files.pieces(file))


@pytest.mark.parametrize(
    ("content", "kind"), [(PDF, "application/pdf"), (JPEG, "image/jpeg"), (PNG, "image/png")]
)
def test_what_a_file_is_its_bytes_say(content, kind):
    assert kind_of(io.BytesIO(content), len(content)) == kind


@pytest.mark.parametrize(
    "content", [b"", b"MZ\x90", b"<html></html>", PDF[:-8], JPEG[:-2], PNG[:-4]],
    ids=["empty", "a program", "a page", "half a PDF", "half a JPEG", "half a PNG"],
)  # fmt: skip
def test_no_other_file_is_taken_and_nothing_is_kept_of_it(world, case, content):
    document = paper(world, case)
    with pytest.raises(InvalidError) as refused:
        send(world, case, document, content)
    assert list(refused.value.errors) == ["file"]
    assert world.files.kept == {}


def test_a_file_is_answered_as_it_was_sent_also_once_the_case_is_finished(world, case):
    document = paper(world, case)
    (shown,) = send(world, case, document).documents
    assert (shown.sha256, shown.file.size) == (hashlib.sha256(PDF).hexdigest(), len(PDF))
    assert world.files.claimed == [shown.file.id]
    world.move("dismiss", commands.ReasonedMove, case, reason="查否")
    for by in (COMMISSION, APPROVER, Claims("auditor-1", "auditor", COUNTY)):
        assert read(world, case, document, by) == PDF


def test_a_document_has_one_file_for_ever(world, case):
    document = paper(world, case)
    send(world, case, document)
    with pytest.raises(FileKeptError):
        send(world, case, document, JPEG)
    assert read(world, case, document) == PDF


def test_a_named_fingerprint_must_be_that_of_the_file(world, case):
    document = paper(world, case, sha256=hashlib.sha256(JPEG).hexdigest())
    with pytest.raises(InvalidError) as refused:
        send(world, case, document, PDF)
    assert list(refused.value.errors) == ["file"]
    assert world.files.claimed == [], "what was sent in vain is removed by the sweep"
    send(world, case, document, JPEG)
    assert read(world, case, document) == JPEG


def test_it_is_as_open_as_the_case(world, case):
    document = paper(world, case)
    send(world, case, document)
    told = {"restricted": True, "handlers": (COMMISSION.sub,)}
    world.move("limit_access", commands.LimitAccess, case, **told)
    other = paper(world, case)
    for by in (replace(COMMISSION, sub="commission-2"), replace(COMMISSION, area="990100002"), APPROVER):
        with pytest.raises(UnknownError):
            read(world, case, document, by)
        with pytest.raises(UnknownError):
            send(world, case, other, by=by)
    assert read(world, case, document) == PDF


def test_the_recused_puts_none_and_nobody_puts_one_to_a_finished_case(world, case):
    document = paper(world, case)
    world.move("recuse", commands.Recuse, case, sub="commission-2", reason="近亲属")
    with pytest.raises(RecusedError):
        send(world, case, document, by=replace(COMMISSION, sub="commission-2"))
    world.move("dismiss", commands.ReasonedMove, case, reason="查否")
    with pytest.raises(InvalidTransitionError):
        send(world, case, document)
    assert world.files.kept == {}


def test_a_document_or_file_that_is_not_there_is_not_found(world, case):
    with pytest.raises(UnknownError):
        send(world, case, "nothing")
    with pytest.raises(UnknownError):
        read(world, case, paper(world, case))
