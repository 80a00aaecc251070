"""The cached heap snapshot: made once a version, found again in a tenth of a second.

The file's name holds everything the snapshot depends on, so a stale one is never found; its head holds length and
checksum, so a broken one is made anew (V8 would crash on it). It is written beside its place and moved in whole: two
processes may start at once.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import os
import platform
import struct
import tempfile
import threading
import zlib
from pathlib import Path

from masthead.kql.language.v8 import V8, MiniRacerV8, ScriptError, SnapshotV8, build_snapshot, snapshots_supported

_HERE = Path(__file__).parent
_VENDOR = _HERE / "vendor" / "kusto"
_SCRIPTS = (_VENDOR / "bridge.min.js", _VENDOR / "Kusto.Language.Bridge.min.js", _HERE / "bridge.js")
_HEAD = struct.Struct("<8sQI")  # magic, length, CRC-32
_MAGIC = b"masthead"


class LanguageServiceMissing(Exception):
    """The vendored JavaScript is not there: the package was installed without its build step."""


def cache_folder() -> Path:
    """Where Masthead keeps what it can make again. MASTHEAD_CACHE overrides the user's cache folder."""
    if override := os.environ.get("MASTHEAD_CACHE"):
        return Path(override)
    import platformdirs

    return Path(platformdirs.user_cache_dir("masthead", appauthor=False))


def _scripts() -> list[tuple[str, str]]:
    missing = [path.name for path in _SCRIPTS if not path.is_file()]
    if missing:
        raise LanguageServiceMissing(
            f"the Kusto language service is not installed ({', '.join(missing)} not found); "
            "reinstall masthead with `pip install --force-reinstall masthead`, or `pip install -e .` in a checkout"
        )
    return [(path.name, path.read_text(encoding="utf-8")) for path in _SCRIPTS]


def _name() -> str:
    key = hashlib.sha256()
    for part in (
        (_HERE / "bridge.js").read_bytes(),
        (_VENDOR / "package.json").read_bytes() if (_VENDOR / "package.json").is_file() else b"",
        importlib.metadata.version("jsrun").encode(),
        f"{platform.system()} {platform.machine()}".encode(),
    ):
        key.update(part + b"\0")
    return f"kusto-language-{key.hexdigest()[:20]}.snapshot"


def _read(path: Path) -> bytes | None:
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if len(data) < _HEAD.size:
        return None
    magic, length, checksum = _HEAD.unpack_from(data)
    body = memoryview(data)[_HEAD.size :]
    if magic != _MAGIC or length != len(body) or checksum != zlib.crc32(body):
        return None
    return bytes(body)


def _write(path: Path, snapshot: bytes) -> None:
    # A cache that cannot be written costs time at the next start, nothing else.
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_HEAD.pack(_MAGIC, len(snapshot), zlib.crc32(snapshot)))
                file.write(snapshot)
            Path(temporary).replace(path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise


_loading = threading.Lock()
_resting = False
_loaded: bytes | None = None
"""The snapshot of this process. Engines of two snapshots in one process crash V8, and no two builds are alike to the
byte: so it stays with the first, whatever another process has put into the cache meanwhile."""


def rest_between_calls() -> None:
    """Let the V8s that this process starts from now on rest while nobody calls them.

    The thread of jsrun 0.3 polls without end, and so keeps a core busy for as long as its V8 is there. mini-racer's
    rests, but takes a second longer to start: worth it for a process that lives long.
    """
    global _resting
    _resting = True


def rests_between_calls() -> bool:
    """Whether the V8s that this process starts rest while nobody calls them."""
    return _resting or not snapshots_supported()


def start() -> V8:
    """A V8 with the language service loaded: from the cached snapshot where there is one, else from the scripts.

    Raises LanguageServiceMissing when the scripts are not installed, ScriptError when V8 does not start.
    """
    global _loaded
    if rests_between_calls():
        return MiniRacerV8(_scripts())
    with _loading:  # two threads that start at once must not come by two snapshots
        if _loaded is None:
            path = cache_folder() / _name()
            cached = _read(path)
            if cached is not None:
                with contextlib.suppress(ScriptError):
                    v8 = SnapshotV8(cached)
                    _loaded = cached
                    return v8
            _loaded = build_snapshot(_scripts())
            _write(path, _loaded)
    return SnapshotV8(_loaded)
