"""The entity types of Sentinel, their identifiers, and which of these make an entity.

Source: Microsoft's entities reference and the schema of the alert rules' API.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EntityType:
    """What is known of a type: all its identifiers, and the sets of which an entity needs at least one whole."""

    identifiers: tuple[str, ...]
    required: tuple[tuple[str, ...], ...]

    def identified_by(self, names: Collection[str]) -> bool:
        """Whether identifiers with these names make an entity."""
        return any(all(name in names for name in each) for each in self.required)


def _any_of(*required: str, also: str = "") -> EntityType:
    return EntityType((*required, *also.split()), tuple((each,) for each in required))


ENTITY_TYPES: Mapping[str, EntityType] = {
    "Account": _any_of(
        "FullName", "Sid", "Name", "AadUserId", "PUID", "ObjectGuid",
        also="NTDomain DnsDomain UPNSuffix AadTenantId IsDomainJoined DisplayName",
    ),
    "Host": _any_of(
        "FullName", "HostName", "NetBiosName", "AzureID", "OMSAgentID",
        also="DnsDomain NTDomain OSFamily OSVersion IsDomainJoined",
    ),
    "IP": _any_of("Address", also="AddressScope"),
    "URL": _any_of("Url"),
    "AzureResource": _any_of("ResourceId"),
    "CloudApplication": _any_of("AppId", "Name", also="InstanceName"),
    "DNS": _any_of("DomainName"),
    "File": _any_of("Name", also="Directory"),
    "FileHash": EntityType(("Algorithm", "Value"), (("Algorithm", "Value"),)),
    "Malware": _any_of("Name", also="Category"),
    "Process": _any_of("CommandLine", "ProcessId", also="ElevationToken CreationTimeUtc"),
    "RegistryKey": _any_of("Hive", "Key"),
    "RegistryValue": _any_of("Name", also="Value ValueType"),
    "SecurityGroup": _any_of("DistinguishedName", "SID", "ObjectGuid"),
    "Mailbox": _any_of("MailboxPrimaryAddress", also="DisplayName Upn ExternalDirectoryObjectId RiskLevel"),
}  # fmt: skip
"""The types whose identifiers are documented; of IoTDevice, MailCluster, MailMessage and SubmissionMail too little is
known, and any identifier makes one."""

STRONG_ACCOUNTS: tuple[tuple[str, ...], ...] = (
    ("AadUserId",), ("Sid",), ("PUID",), ("ObjectGuid",),
    ("Name", "UPNSuffix"), ("Name", "DnsDomain"), ("Name", "NTDomain"),
)  # fmt: skip
"""The identifiers that tell one account from all others; a Name alone does not."""

GENERIC_ACCOUNTS = frozenset(
    {
        "ADMIN", "ADMINISTRATOR", "SYSTEM", "ROOT", "ANONYMOUS", "AUTHENTICATED USER", "NETWORK", "NULL",
        "LOCAL SYSTEM", "LOCALSYSTEM", "NETWORK SERVICE",
    }
)  # fmt: skip
"""Names, in capitals, that so many systems share that Sentinel drops an account that has nothing else."""
