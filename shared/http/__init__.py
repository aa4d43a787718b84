"""The HTTP kernel: how a nameko service answers the outside. Import the names a service needs from here."""

from shared.http.access import EVERY_ROLE, access_table
from shared.http.answers import Answer, binary, created, encode, listing, no_content, ok, text
from shared.http.application import Application, service_config
from shared.http.entrypoint import http
from shared.http.openapi import Listing, Media
from shared.http.paging import PageQuery
from shared.http.problems import Problem
from shared.http.request import Request
from shared.http.routes import KernelRoutes, WorkerRoutes

__all__ = [
    "EVERY_ROLE",
    "Answer",
    "Application",
    "KernelRoutes",
    "Listing",
    "Media",
    "PageQuery",
    "Problem",
    "Request",
    "WorkerRoutes",
    "access_table",
    "binary",
    "created",
    "encode",
    "http",
    "listing",
    "no_content",
    "ok",
    "service_config",
    "text",
]
