"""What the content hub and the pages of connectors show. The stand-in only serves it; `populate` puts it there."""

from __future__ import annotations

from typing import ClassVar

from stand_in.collection import Collection


class ContentPackages(Collection):
    """Solutions that are installed."""

    type: ClassVar[str] = "Microsoft.SecurityInsights/contentPackages"


class ContentTemplates(Collection):
    """What the installed solutions hold."""

    type: ClassVar[str] = "Microsoft.SecurityInsights/contentTemplates"


class DataConnectors(Collection):
    """Connectors that were connected."""

    type: ClassVar[str] = "Microsoft.SecurityInsights/dataConnectors"


class DataConnectorDefinitions(Collection):
    """The pages of connectors."""

    type: ClassVar[str] = "Microsoft.SecurityInsights/dataConnectorDefinitions"


class OnboardingStates(Collection):
    """Whether Sentinel is switched on: one, of the name default."""

    type: ClassVar[str] = "Microsoft.SecurityInsights/onboardingStates"


class DiagnosticSettings(Collection):
    """Where a resource, such as a cluster, sends its logs. Listed at once."""

    type: ClassVar[str] = "Microsoft.Insights/diagnosticSettings"
    listed_by_page: ClassVar[bool] = False
