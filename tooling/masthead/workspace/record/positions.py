"""Where in a row something stands that is somebody's, by the name of the column or of the member that holds it."""

from __future__ import annotations

import re
from enum import StrEnum


class Position(StrEnum):
    """What a value is by its place.

    PERSON: a name of somebody. OWN: that of a host, a resource, an organization or the like. NAME: of something that
    may be a product's as well as somebody's. SECRET: nothing of it may be kept. MEASURE: a number that tells how much
    or when. ID: a number that tells which. ANY: nothing is known of it.
    """

    PERSON = "person"
    OWN = "own"
    NAME = "name"
    SECRET = "secret"  # noqa: S105
    MEASURE = "measure"
    ID = "id"
    ANY = "any"


_PERSON = (
    r"\w*(login|username|upn|principalname|e?mail)|userdisplayname|caller|e?mailaddress(es)?|emails|givenname|surname"
    "|firstname|lastname|fullname|nickname|accountname|samaccountname|principalname|actor(login)?|user|users|owner|author"
    "|committer|sender|pusher|creator|createdby|modifiedby|updatedby|lastmodifiedby|initiatedby|requestedby|approvedby"
    "|assignees?|reviewers?|member|members|identity|impersonateduser|targetuser|subjectusername|callername|ownername"
    "|alternatesigninname|signinidentifier|claimsname|assignedto|recipient|operator"
)
_OWN = (
    "computer|hosts?|hostnames?|fqdn|dnsnames?|dnsdomain|ntdomain|devicename|machinename|servername|node|nodename|nodes"
    "|cluster|clustername|clusterid|repo|repos|reponame|repository|repositoryname|org|orgname|organi[sz]ation"
    "|organi[sz]ationname|enterprise|business|company|companyname|team|teamname|resourcegroup|resourcegroupname"
    "|subscription|subscriptionname|workspace|workspacename|vault|vaultname|registry|registryname|loginserver"
    "|storageaccount|storageaccountname|domain|domainname|tenant|tenantname|upnsuffix|dnshostname|azureresourceid"
    "|resourceid|targetresourceid|serviceprincipalname|homepage|blog|hostip|location_city|city|department|jobtitle"
    "|groups|impersonatedgroups"
)
_NAME = r"\w*name|namespaces?|images?|imageid|title|label|branch|headbranch|headref|path|file|folder|holderidentity"
_HIDDEN = (
    "secret|secrets|password|passwd|pwd|token|accesstoken|refreshtoken|idtoken|sastoken|clientsecret|apikey|privatekey"
    "|connectionstring|sharedaccesskey|accountkey|authorization|cookie|setcookie|credential|kubeconfig|clientkeydata"
    "|clientcertificatedata|certificateauthoritydata|cabundle|bearertoken|signature|sas|xhubsignature256|hashedtoken"
)
_MEASURE = (
    r"\w*(time|timestamp|date|at|bytes|size|duration|ms|seconds|minutes|count|total|limit|latency|memory|cpu|quota"
    r"|generation|version|revision|sum|max|min|avg|average|value|counter|epoch|expires|expiration|nbf|exp|iat|port|code"
    r"|level|status|score|replicas|capacity|usage|nanocores|ticks|rows|eventid|percentage|weight|priority|startcolumn"
    r"|endcolumn|line)|eventid|pid|processid"
)
_ID = r"\w*(id|ids|uid|gid|number|numberid|serial|key)"

_KINDS = {
    position: re.compile(f"(?:{pattern})")
    for position, pattern in (
        (Position.SECRET, _HIDDEN),
        (Position.PERSON, _PERSON),
        (Position.OWN, _OWN),
        (Position.MEASURE, _MEASURE),
        (Position.NAME, _NAME),
        (Position.ID, _ID),
    )
}

# Names that are a product's, though they end like those of somebody's things.
_PRODUCT_NAMES = re.compile(
    "operationname(value)?|productname|providername|vendorname|alertname|rulename|categoryname|eventname|typename"
    "|componentname|productcomponentname|apiname|columnname|tablename|policyname|standardname|controlname|metricname"
    "|countername|solutionname|sourcesystem|resourceprovider(name)?|toolname|loggedbyservice|appdisplayname"
    "|resourcedisplayname|clientappused|activitydisplayname"
)

_INSIDE = {Position.PERSON: re.compile("name|displayname|id|key|value|login|email")}
_USERS_OWN = re.compile("labels|annotations|tags|matchlabels|nodeselector|data|stringdata|binarydata|selector|env")


def position_of(name: str, parent: Position = Position.ANY) -> Position:
    """What stands under `name`, a column or a member of an object that stands at `parent`."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    if _PRODUCT_NAMES.fullmatch(plain):
        return Position.ANY
    found = next((position for position, pattern in _KINDS.items() if pattern.fullmatch(plain)), Position.ANY)
    if parent in (Position.PERSON, Position.OWN) and found in (Position.NAME, Position.ANY):
        inside = _INSIDE.get(parent)
        if inside is not None and inside.fullmatch(plain):
            return parent
    return found


def announces_secret(name: str) -> bool:
    """Whether what is called `name`, such as a variable DB_PASSWORD, has a value of which nothing may be kept."""
    return bool(_ANNOUNCES.search(re.sub(r"[^a-z0-9]", "", name.lower())))


_ANNOUNCES = re.compile(
    "password|passwd|pwd|secret|token|apikey|privatekey|accesskey|connectionstring|credential|cookie"
)


def names_members_freely(name: str) -> bool:
    """Whether the members of the object under `name` are called as somebody likes, such as labels."""
    return bool(_USERS_OWN.fullmatch(re.sub(r"[^a-z0-9]", "", name.lower())))
