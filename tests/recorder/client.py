"""What callers do: requests to the API server by the official Python client, and kubectl where people use kubectl."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from recorder.kinds import Object, path_for, path_of

APPLY = "application/apply-patch+yaml"
MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"


class Refused(Exception):
    """The API server answered with an error, which a scenario may want: `code` says which."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code = code


class Client:
    """A caller's way to the API server.

    `server` is the URL by which it is reached, from the address of this caller. Credentials are a bearer token, or the
    files of a certificate, or none for somebody without an account.
    """

    def __init__(
        self, server: str, authority: Path, agent: str, *, kubeconfig: Path | None = None, kubectl: str = "",
        token: str = "", certificate: tuple[Path, Path] | None = None,
    ) -> None:  # fmt: skip
        # Here and not above: whoever only reads scenarios does not need it.
        from kubernetes.client import ApiClient, Configuration

        settings = Configuration()
        settings.host, settings.ssl_ca_cert = server, str(authority)
        settings.retries = False
        if certificate:
            settings.cert_file, settings.key_file = (str(path) for path in certificate)
        self._api = ApiClient(settings)
        self._api.user_agent = agent
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._kubeconfig, self._kubectl = kubeconfig, kubectl

    def request(
        self, method: str, path: str, body: Any = None, *, kind: str = "application/json",
        headers: Mapping[str, str] | None = None, agent: str = "", refused: int = 0,
    ) -> Any:  # fmt: skip
        """One request; its answer from JSON, or text that is not JSON.

        `refused` is the error that this request is expected to get; then nothing is returned, and any other answer
        raises. Without it every error raises Refused: a scenario must not go wrong unnoticed.
        """
        from kubernetes.client import ApiException

        sent = {"Accept": "application/json", "Content-Type": kind, "User-Agent": agent or self._api.user_agent}
        content = json.dumps(body) if kind == APPLY else body  # JSON is YAML
        try:
            answer = self._api.rest_client.request(
                method,
                self._api.configuration.host + path,
                headers={**sent, **self._headers, **(headers or {})},
                body=content,
                _request_timeout=30,
            )
            text = answer.read().decode(errors="replace")
        except ApiException as error:
            raise Refused(error.status or 0, str(error.body or error.reason)) from error
        if answer.status >= 400 and answer.status != refused:
            raise Refused(answer.status, text[:500])
        if refused:
            if answer.status != refused:
                raise Refused(answer.status, f"{method} {path} was to be refused with {refused}")
            return None
        return json.loads(text) if text.startswith(("{", "[")) else text

    def create(self, made: Object, **more: Any) -> Object:
        return self.request("POST", path_for(made, named=False), made, **more)

    def update(self, made: Object, **more: Any) -> Object:
        return self.request("PUT", path_for(made), made, **more)

    def apply(self, made: Object, manager: str, **more: Any) -> Object:
        """Server-side apply, as GitOps and newer kubectl do."""
        return self.request("PATCH", f"{path_for(made)}?fieldManager={manager}&force=true", made, kind=APPLY, **more)

    def patch(
        self, kind: str, name: str, change: Object, namespace: str = "", part: str = "", *, how: str = MERGE,
        **more: Any,
    ) -> Object:  # fmt: skip
        return self.request("PATCH", path_of(kind, namespace, name, part), change, kind=how, **more)

    def get(self, kind: str, name: str, namespace: str = "", part: str = "", **more: Any) -> Any:
        return self.request("GET", path_of(kind, namespace, name, part), **more)

    def list(self, kind: str, namespace: str = "", query: str = "", **more: Any) -> list[Object]:
        """The objects of a kind in a namespace, or everywhere."""
        path = path_of(kind, namespace) + (f"?{query}" if query else "")
        answer = self.request("GET", path, **more)
        return answer["items"] if answer else []

    def delete(self, kind: str, name: str, namespace: str = "", **more: Any) -> Any:
        return self.request("DELETE", path_of(kind, namespace, name), **more)

    def delete_all(self, kind: str, namespace: str = "", query: str = "", **more: Any) -> Any:
        """Delete a collection by one request."""
        path = path_of(kind, namespace) + (f"?{query}" if query else "")
        return self.request("DELETE", path, **more)

    def stream(self, path: str, **more: Any) -> None:
        """Open a stream (exec, attach, portforward) as programs do that speak SPDY, and leave when it is open."""
        spoken = "portforward.k8s.io" if "/portforward" in path else "v4.channel.k8s.io"
        upgrade = {"Accept": "*/*", "Connection": "Upgrade", "Upgrade": "SPDY/3.1", "X-Stream-Protocol-Version": spoken}
        self.request("POST", path, headers=upgrade, **more)
        self.close()  # what was a connection is a stream now, and ends with it

    def kubectl(
        self, *arguments: str, given: Sequence[Object] | Object = (), fails: bool = False, seconds: float = 30,
        terminal: bool = False,
    ) -> str:  # fmt: skip
        """Run kubectl as this caller and return what it printed; `given` are objects for its standard input.

        With `terminal` its standard input is a terminal instead, as of a person who asks for a shell with -it. A
        command that fails raises, unless `fails` says that it is expected to; then one that succeeds raises. One that
        lasts longer than `seconds`, like port-forward, is interrupted, as a person would, and counts as done.
        """
        objects = [given] if isinstance(given, dict) else given
        command = [self._kubectl, f"--kubeconfig={self._kubeconfig}", *arguments]
        keyboard, screen = os.openpty() if terminal else (None, None)
        process = subprocess.Popen(
            command,
            stdin=screen if terminal else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={"PATH": os.environ["PATH"], "HOME": str(self._kubeconfig.parent), "KUBECTL_KUBERC": "false"},
        )
        try:
            printed, _ = process.communicate(yaml.safe_dump_all(objects) if objects else None, timeout=seconds)
        except subprocess.TimeoutExpired:
            process.terminate()
            return process.communicate()[0]
        finally:
            if terminal:
                os.close(keyboard)
                os.close(screen)
        if (process.returncode != 0) != fails:
            raise Refused(0, f"kubectl {' '.join(arguments)} ended with {process.returncode}: {printed[-500:]}")
        return printed

    def close(self) -> None:
        self._api.rest_client.pool_manager.clear()
