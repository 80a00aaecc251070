"""Functions that cannot be answered offline, with the reason; others that are unknown are refused by name alone."""

from __future__ import annotations

from masthead.kql.translate.calls import Call
from masthead.kql.translate.registry import scalar

_CURSOR = "it speaks of the order of ingestion in the service; use ingestion_time()"
_COMPRESSION = "which of the ways to compress a text Kusto takes is not documented"
_EXTENT = "it speaks of how the service stores a row"

REASONS = {
    "rand": "its value is another one at every run",
    "datetime_list_timezones": "the service's list changes; name the time zone itself",
    "estimate_data_size": "how the service stores values is not documented",
    "hash_combine": "its algorithm is not documented",
    "hash_many": "its algorithm is not documented; use hash_sha256() of strcat_delim()",
    "current_principal": "there is nobody signed in offline",
    "current_principal_details": "there is nobody signed in offline",
    "current_principal_is_member_of": "there is nobody signed in offline",
    "current_cluster_endpoint": "there is no cluster offline",
    "current_database": "there is no cluster offline",
    **dict.fromkeys(("current_cursor", "cursor_current", "cursor_after", "cursor_before_or_at"), _CURSOR),
    **dict.fromkeys(("gzip_compress_to_base64_string", "zlib_compress_to_base64_string"), _COMPRESSION),
    **dict.fromkeys(("extent_id", "extentid", "extent_tags", "row_id", "rowstore_ordinal_range"), _EXTENT),
    "current_node_id": "there is no cluster offline",
}


def _refuse(name: str, reason: str) -> None:
    def emit(call: Call) -> str:
        raise call.unsupported(f"{name}(): {reason}")

    scalar(name, "any*")(emit)


for _name, _reason in REASONS.items():
    _refuse(_name, _reason)

scalar("new_guid", "", "gen_random_uuid()", total=True)
