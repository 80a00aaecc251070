"""The programs of a control plane, built from their Go modules once and kept in the user's cache."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).parent / "cluster"
NAMES = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl", "kubelet")
VERSION_PACKAGES = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")


class ProgramsMissing(Exception):
    """The programs could not be built; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Programs:
    """The built programs: `folder` holds one file for each of NAMES."""

    folder: Path

    def path(self, name: str) -> str:
        return str(self.folder / name)


def versions() -> dict[str, str]:
    """What is pinned in cluster/go.mod, by name; versions are spelled as Go spells them, like v1.37.2."""
    text = (SOURCE / "go.mod").read_text(encoding="utf-8")
    wanted = {
        "kubernetes": r"k8s\.io/kubernetes",
        "etcd": r"go\.etcd\.io/etcd/server/v3",
        "kwok": r"sigs\.k8s\.io/kwok",
    }
    return {name: re.search(rf"^\s*{module} (v\S+)", text, re.MULTILINE)[1] for name, module in wanted.items()}


def built_programs() -> Programs:
    """The programs, built if this version of the sources has not been built yet; raises ProgramsMissing.

    The first build takes minutes: Kubernetes is two thousand packages. Go keeps what it compiled, so a later build of
    a changed main.go takes seconds.
    """
    folder = cache_folder() / _fingerprint()
    if all((folder / name).exists() for name in NAMES):
        return Programs(folder)
    go = shutil.which("go")
    if go is None:
        raise ProgramsMissing("Go is not installed. Install Go 1.26 or newer from https://go.dev/dl/ and try again.")
    started = time.monotonic()
    print("building the control plane's programs (once; some minutes)", file=sys.stderr, flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    binary = folder / "cluster"
    command = [go, "build", "-trimpath", "-buildvcs=false", "-o", str(binary), "-ldflags", _linker_flags(), "."]
    built = subprocess.run(command, cwd=SOURCE, check=False)
    if built.returncode != 0:
        raise ProgramsMissing("`go build` failed in tests/recorder/cluster; what it printed above says why.")
    for name in NAMES:
        link = folder / name
        link.unlink(missing_ok=True)
        link.symlink_to(binary.name)
    print(f"built in {time.monotonic() - started:.0f} s", file=sys.stderr)
    return Programs(folder)


def _linker_flags() -> str:
    """Kubernetes learns its version from the linker; without this it calls itself v0.0.0-master."""
    version = versions()["kubernetes"]
    major, minor, _ = version.removeprefix("v").split(".")
    values = {"gitVersion": version, "gitMajor": major, "gitMinor": minor, "gitTreeState": "clean"}
    named = [f"-X {package}.{name}={value}" for package in VERSION_PACKAGES for name, value in values.items()]
    return " ".join(["-s", "-w", *named])


def _fingerprint() -> str:
    digest = hashlib.sha256(_linker_flags().encode())
    for path in sorted(SOURCE.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Where the recorder keeps what it built."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return home / "masthead" / "recorder"
