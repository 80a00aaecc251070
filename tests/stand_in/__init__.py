"""A stand-in for Microsoft Sentinel and the parts of Azure around it, which Microsoft's SDKs talk to; see README.md."""

from stand_in.accounts import Account, Role
from stand_in.faults import Effect, Fault, Faults
from stand_in.place import Limits
from stand_in.quirks import Quirks
from stand_in.server import Call
from stand_in.stand_in import StandIn

__all__ = ["Account", "Call", "Effect", "Fault", "Faults", "Limits", "Quirks", "Role", "StandIn"]
