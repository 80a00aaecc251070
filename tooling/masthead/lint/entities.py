"""Sentinel's entity types: their identifiers, and which of them are enough to know an entity by.

Facts: <https://learn.microsoft.com/azure/sentinel/entities-reference>.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EntityType:
    """The identifiers of a type of entity, and the sets of which at least one must be mapped."""

    identifiers: tuple[str, ...]
    enough: tuple[frozenset[str], ...]


def _type(identifiers: str, enough: str) -> EntityType:
    """`identifiers` are separated by spaces; so are the sets in `enough`, whose members are joined by +."""
    return EntityType(tuple(identifiers.split()), tuple(frozenset(each.split("+")) for each in enough.split()))


ENTITY_TYPES: dict[str, EntityType] = {
    "Account": _type(
        "Name FullName NTDomain DnsDomain UPNSuffix Sid AadTenantId AadUserId PUID IsDomainJoined DisplayName "
        "ObjectGuid",
        "FullName Sid Name AadUserId PUID ObjectGuid",
    ),
    "Host": _type(
        "DnsDomain NTDomain HostName FullName NetBiosName AzureID OMSAgentID OSFamily OSVersion IsDomainJoined",
        "FullName HostName NetBiosName AzureID OMSAgentID",
    ),
    "IP": _type("Address AddressScope", "Address"),
    "URL": _type("Url", "Url"),
    "AzureResource": _type("ResourceId", "ResourceId"),
    "CloudApplication": _type("AppId Name InstanceName", "AppId Name"),
    "DNS": _type("DomainName", "DomainName"),
    "File": _type("Directory Name", "Name"),
    "FileHash": _type("Algorithm Value", "Algorithm+Value"),
    "Malware": _type("Name Category", "Name"),
    "Process": _type("ProcessId CommandLine ElevationToken CreationTimeUtc", "CommandLine ProcessId"),
    "RegistryKey": _type("Hive Key", "Hive Key"),
    "RegistryValue": _type("Name Value ValueType", "Name"),
    "SecurityGroup": _type("DistinguishedName SID ObjectGuid", "DistinguishedName SID ObjectGuid"),
    "Mailbox": _type(
        "MailboxPrimaryAddress DisplayName Upn ExternalDirectoryObjectId RiskLevel", "MailboxPrimaryAddress"
    ),
    "MailCluster": _type(
        "NetworkMessageIds CountByDeliveryStatus CountByThreatType CountByProtectionStatus Threats Query QueryTime "
        "MailCount IsVolumeAnomaly Source ClusterSourceIdentifier ClusterSourceType ClusterQueryStartTime "
        "ClusterQueryEndTime ClusterGroup",
        "Query Source",
    ),
    "MailMessage": _type(
        "Recipient Urls Threats Sender P1Sender P1SenderDisplayName P1SenderDomain SenderIP P2Sender "
        "P2SenderDisplayName P2SenderDomain ReceivedDate NetworkMessageId InternetMessageId Subject "
        "BodyFingerprintBin1 BodyFingerprintBin2 BodyFingerprintBin3 BodyFingerprintBin4 BodyFingerprintBin5 "
        "AntispamDirection DeliveryAction DeliveryLocation Language ThreatDetectionMethods",
        "NetworkMessageId Recipient",
    ),
    "SubmissionMail": _type(
        "SubmissionId SubmissionDate Submitter NetworkMessageId Timestamp Recipient Sender SenderIp Subject ReportType",
        "SubmissionId NetworkMessageId Recipient Submitter",
    ),
    "IoTDevice": _type(
        "IoTHub DeviceId DeviceName IoTSecurityAgentId DeviceType Source SourceRef Manufacturer Model OperatingSystem "
        "IpAddress MacAddress Protocols SerialNumber",
        "IoTHub DeviceId",
    ),
}
