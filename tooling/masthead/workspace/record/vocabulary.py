"""Words that a recording keeps: those of products, of the project's queries, and of what the project says in prose.

All others are replaced, whether or not anything says that they are somebody's. So a word that nobody has thought of is
lost, and not leaked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from masthead.content.project import Project
from masthead.workspace.record.atoms import AtomKind, atoms, words

_HUMP = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_TEXT = re.compile(r'"((?:[^"\\\n]|\\.)*)"|\'((?:[^\'\\\n]|\\.)*)\'')

PUBLIC_DOMAINS = (
    "github.com", "githubusercontent.com", "ghcr.io", "githubapp.com", "github.io",
    "microsoft.com", "azure.com", "azure.net", "azure-api.net", "windows.net", "microsoftonline.com", "office.com",
    "office365.com", "live.com", "azmk8s.io", "azurecr.io", "azure.us", "azure.cn", "cloudapp.net",
    "azurewebsites.net", "loganalytics.io", "visualstudio.com", "sharepoint.com", "microsoftgraph.com", "aka.ms",
    "docker.io", "docker.com", "k8s.io", "kubernetes.io", "k8s.gcr.io", "gcr.io", "quay.io", "pkg.dev", "cncf.io",
    "cluster.local", "svc.cluster.local", "helm.sh", "google.com", "googleapis.com", "amazonaws.com", "npmjs.org",
    "pypi.org", "golang.org", "ubuntu.com", "debian.org", "example.com", "example.org", "example.net",
)  # fmt: skip
"""Domains of products. What stands before them is somebody's, as in contoso.azurecr.io."""

_WELL_KNOWN_PATTERNS = re.compile(
    r"system:(?!serviceaccounts?:|nodes?:)(?:controller:)?[a-z-]+|system:serviceaccounts?:kube-[a-z-]+(?::[a-z-]+)?"
    r"|microsoft\.[a-z]+(?:/[a-z]+)*|0{8}-0{4}-0{4}-0{4}-0{12}|[0-9a-f]{8}-0000-0000-c000-000000000000"
)

WELL_KNOWN_IDS = frozenset(
    {
        "6dae42f8-4368-4678-94ff-3960e28e3630",  # Azure Kubernetes Service AAD Server
        "80faf920-1908-4b52-b5ef-a8e7bedfc67a",  # Azure Kubernetes Service AAD Client
        "04b07795-8ddb-461a-bbee-02f9e1bf7b46",  # Azure CLI
        "1950a258-227b-4e31-a9cf-717495945fc2",  # Azure PowerShell
        "c44b4083-3bb0-49c1-b47d-974e53cbdf3c",  # Azure Portal
        "797f4846-ba00-4fd7-ba43-dac1f8f63013",  # Azure Resource Manager
        "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",  # the role Owner, and those below
        "b24988ac-6180-42a0-ab88-20f7382dd24c",  # Contributor
        "acdd72a7-3385-48ef-bd42-f606fba81ae7",  # Reader
        "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",  # User Access Administrator
        "62e90394-69f5-4237-9190-012177145e10",  # Global Administrator
        "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",  # Azure Kubernetes Service RBAC Cluster Admin
        "0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8",  # Azure Kubernetes Service Cluster Admin Role
        "4abbcc35-e782-43d8-92c5-2d3f1bd2253f",  # Azure Kubernetes Service Cluster User Role
    }
)
"""Ids of Microsoft's own applications and of built-in roles.
https://learn.microsoft.com/azure/role-based-access-control/built-in-roles"""


@dataclass(frozen=True, repr=False)
class Vocabulary:
    """What is kept.

    structure: words of products, which are kept wherever they stand. values: whole values that are the same everywhere.
    asked: words of the project's queries, kept unless a value that must be somebody's has them. prose: words of its
    descriptions, and names of columns. texts: the texts in its queries. domains: those in them, besides those of
    products. ids: GUIDs in them. also: what the user says is nobody's: whole values, and their words. All of it is in
    lower case.
    """

    structure: frozenset[str]
    values: frozenset[str]
    asked: frozenset[str] = frozenset()
    prose: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    also: frozenset[str] = frozenset()

    def is_well_known(self, value: str) -> bool:
        """Whether a whole value is the same everywhere."""
        lower = value.strip().lower()
        return lower in self.values or lower in self.also or bool(_WELL_KNOWN_PATTERNS.fullmatch(lower))

    def keeps_id(self, guid: str) -> bool:
        """Whether a GUID is that of a product, or of the project's queries."""
        lower = guid.lower()
        return lower in WELL_KNOWN_IDS or lower in self.ids or self.is_well_known(lower)

    def is_structure(self, word: str) -> bool:
        """Whether a word is kept wherever it stands."""
        lower = word.lower()
        return lower in self.structure or lower in self.also

    def is_asked(self, word: str) -> bool:
        """Whether a query of the project has the word, or it is kept anyway."""
        return self.is_structure(word) or word.lower() in self.asked

    def is_known(self, word: str) -> bool:
        """Whether a word is kept where nothing says that it is somebody's; of many humps, whether each is."""
        if self.is_asked(word) or word.lower() in self.prose:
            return True
        humps = _HUMP.findall(word) if word.isascii() else []
        return len(humps) > 1 and all(
            hump.isdigit()
            or self.is_structure(hump)
            or (len(hump) > 2 and (self.is_asked(hump) or hump.lower() in self.prose))
            for hump in humps
        )

    def public_part(self, domain: str) -> str | None:
        """The end of a domain that is a product's, or that a query names; None for a domain of somebody's own."""
        lower = domain.lower()
        ends = (end for end in (*PUBLIC_DOMAINS, *self.domains) if lower == end or lower.endswith(f".{end}"))
        return max(ends, key=len, default=None)


def vocabulary_of(project: Project, also: Iterable[str] = ()) -> Vocabulary:
    """The vocabulary of a project. also: values that the user says are nobody's."""
    queries = [each.query for each in (*project.detections.readable(), *project.hunting_queries.readable())]
    queries += [each.query for each in project.functions.readable()]
    queries += [each.query for workbook in project.workbooks.readable() for each in workbook.questions]
    texts = {one or other for query in queries for one, other in _TEXT.findall(query)}
    found = [atom for text in texts for atom in atoms(text)]
    kept = frozenset(each.strip().lower() for each in also)
    return Vocabulary(
        structure=frozenset(word for line in _listed("words.txt") for word in (*line.split(), *words(line))),
        values=frozenset(_listed("values.txt")),
        asked=_words(queries),
        prose=_words(_prose(project)),
        texts=frozenset(text.lower() for text in texts),
        domains=frozenset(atom.text.lower() for atom in found if atom.kind is AtomKind.DOMAIN),
        ids=frozenset(atom.text.lower() for atom in found if atom.kind is AtomKind.GUID),
        also=kept | _words(kept),
    )


@cache
def _listed(name: str) -> tuple[str, ...]:
    """The lines of a file beside this one, without comments."""
    text = files("masthead.workspace.record").joinpath(name).read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


def _words(texts: Iterable[str]) -> frozenset[str]:
    """The words of texts in lower case, without numbers: what a query counts to is no word."""
    return frozenset(word.lower() for text in texts for word in words(text) if not word.isdigit())


def _prose(project: Project) -> Iterable[str]:
    for each in (*project.detections.readable(), *project.hunting_queries.readable(), *project.workbooks.readable()):
        yield from (each.name, each.description)
    for source in project.log_sources.readable():
        yield from (source.title, source.description, *source.notes, *source.tables)
    for table in project.tables.readable():
        yield from (table.name, table.description, *table.notes, *table.columns, *table.column_descriptions.values())
