"""The tables and fixtures that somebody gives a query beside recordings."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from masthead.content.project import Project
from masthead.kql import Fixture, KqlError
from masthead.kql.engine.files import parquet_table
from masthead.kql.translate.types import canonical_type
from masthead.testing.fixtures import MAX_BYTES
from masthead.testing.table_files import LOOKED_AT, TableFile, TableFileError, table_files
from masthead.testing.workspace import Rows, Workspace

_PLAIN_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)  # others are written in brackets
_MISFIT = re.compile(r"row \d+: (.*)", re.DOTALL)  # as `engine.incoming` says it


class QueryTables:
    """Files as tables and fixtures, (name or None, path). `inferred`: for people, the columns that were made up.

    attach: tables that have nothing but Parquet files, of types that fit, are read where they are, as queries ask.
    Raises TableFileError for files that cannot be read.
    """

    def __init__(
        self,
        project: Project,
        tables: Sequence[tuple[str | None, Path]],
        fixtures: Sequence[tuple[str | None, Path]],
        *,
        attach: bool = True,
    ) -> None:
        self._project = project
        self._extra: dict[str, dict[str, str]] = {}
        self.inferred: list[str] = []
        self.rows: dict[str, list[Rows]] = {}
        self._files: dict[str, list[Path]] = {}
        self._reading: tuple[str, str] | None = None  # the table and the place of the row that was read last
        paths: dict[str, list[Path]] = {}
        for name, path in tables:
            for table, file in table_files(name, path).items():
                columns = project.schema(table) or self._extra.get(table) or self._infer(table, file)
                key = f"file {table} {len(self.rows.get(table, ()))}"
                self.rows.setdefault(table, []).append(Rows(key, partial(self._read, table, file, columns)))
                paths.setdefault(table, []).append(file.path)
        for table in list(self.rows) if attach else ():
            if self._attachable(paths[table], project.schema(table) or self._extra[table]):
                self._files[table] = paths[table]
                del self.rows[table]
        self._fixtures = {str(name): _fixture(path) for name, path in fixtures}

    def workspace(self, memory: str | None = None, spill: Path | None = None) -> Workspace:
        """The workspace that knows them. memory, spill: see `Engine`."""
        return Workspace(self._project, self._fixtures, self._extra, self._files, memory, spill)

    def placed(self, error: KqlError) -> TableFileError | None:
        """What an error says of a row that does not fit its table, with the place of the row; None for other errors."""
        said = _MISFIT.fullmatch(error.message)
        if error.code != "MASTHEAD-TABLE" or said is None or self._reading is None:
            return None
        table, place = self._reading
        hint = f" (columns are inferred from the first {LOOKED_AT:,} rows; describe {table} in the catalog)"
        return TableFileError(f"{place}: {said[1]}{hint if table in self._extra else ''}")

    def _read(self, table: str, file: TableFile, columns: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        for place, row in file.placed_rows(columns):
            self._reading = table, place
            yield row
        self._reading = None

    def _attachable(self, files: Sequence[Path], columns: Mapping[str, str]) -> bool:
        if any(path.suffix != ".parquet" for path in files):
            return False
        try:
            parquet_table(files).view({name: canonical_type(kind) for name, kind in columns.items()})
        except KqlError:
            return False  # read row by row, it may fit, or says where it does not
        return True

    def _infer(self, table: str, file: TableFile) -> dict[str, str]:
        columns = self._extra[table] = file.columns()
        if file.path.suffix == ".parquet":  # which says its types; only a text may be more than it says
            with contextlib.suppress(KqlError):
                own = parquet_table([file.path]).columns()
                wider = {name for name, kind in own.items() if (kind, columns.get(name)) == ("long", "decimal")}
                columns |= {name: kind for name, kind in own.items() if kind != "string" and name not in wider}
        listed = ", ".join(f"{name}: {kind}" for name, kind in columns.items())
        shown = table if _PLAIN_NAME.fullmatch(table) else f"[{json.dumps(table, ensure_ascii=False)}]"
        self.inferred.append(f"{shown}: columns inferred from {file.path}: {listed or 'none'}")
        return columns


def _fixture(path: Path) -> Fixture:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise TableFileError(f"{path} is larger than {MAX_BYTES // 2**20} MB")
        return Fixture(text=data.decode("utf-8-sig"), format=path.suffix.removeprefix("."))
    except OSError as error:
        raise TableFileError(f"{path}: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError as error:
        raise TableFileError(f"{path} is not UTF-8 at byte {error.start}") from None
