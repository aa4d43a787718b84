"""A rule for import-linter: a list of what a room of the house may import directly, all else refused.

The library's own rules name what is forbidden; a new library or a new folder would slip through them.
"""

import fnmatch
import sys
from typing import Any

from importlinter import Contract, ContractCheck, fields, output

FRAMEWORKS = frozenset({"nameko", "kombu", "amqp", "vine", "eventlet", "greenlet"})
INTERNAL = ("services", "shared")


def _inside(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def _matches(module: str, pattern: str) -> bool:
    """Whether the module, or a package it lies in, is named by the pattern (`*` is one part)."""
    parts, wanted = module.split("."), pattern.split(".")
    return len(parts) >= len(wanted) and all(
        fnmatch.fnmatchcase(part, want) for part, want in zip(parts, wanted, strict=False)
    )


def _own(module: str) -> str:
    """The service a module belongs to: services.findings.domain.errors -> services.findings."""
    return ".".join(module.split(".")[:2])


def _group(imported: str) -> str:
    root = imported.split(".")[0]
    if root in INTERNAL:
        return "internal"
    if root in sys.stdlib_module_names:
        return "stdlib"
    return "frameworks" if root in FRAMEWORKS else "packages"


class AllowedImports(Contract):
    type_name = "allowed"

    # Each becomes a list of strings once the settings are read.
    importers: Any = fields.ListField(subfield=fields.StringField())
    allowed: Any = fields.ListField(subfield=fields.StringField())
    but_not: Any = fields.ListField(subfield=fields.StringField(), required=False, default=[])

    def check(self, graph: Any, verbose: bool) -> ContractCheck:
        broken = [
            (importer, imported)
            for importer in sorted(graph.modules)
            if self._is_importer(importer)
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if not self._may(importer, imported)
        ]
        lines = [
            f"{importer} imports {imported} (line {self._line(graph, importer, imported)})"
            for importer, imported in broken
        ]
        return ContractCheck(kept=not lines, metadata={"lines": lines})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for line in check.metadata["lines"]:
            output.print_error(line, bold=False)
        output.new_line()

    def _is_importer(self, module: str) -> bool:
        return any(_matches(module, pattern) for pattern in self.importers) and not any(
            _matches(module, pattern) for pattern in self.but_not
        )

    def _may(self, importer: str, imported: str) -> bool:
        own = _own(importer)
        return any(
            _group(imported) == allowed or _inside(imported, allowed.replace("{own}", own))
            for allowed in self.allowed
        )

    @staticmethod
    def _line(graph: Any, importer: str, imported: str) -> int:
        details = graph.get_import_details(importer=importer, imported=imported)
        return int(details[0]["line_number"]) if details else 0
