# Copyright: Contributors to the community.openmetadata collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small models of a made-up client package, in the first and in the last of the three syntaxes."""

from __future__ import annotations

import zipfile
from pathlib import Path
from textwrap import dedent

CONNECTIONS = "entity/services/connections"

OLD = {
    f"{CONNECTIONS}/connectionBasicType": """
        class SupportsMetadataExtraction(BaseModel):
            __root__: bool = Field(..., description='May be read.')
        class Options(BaseModel):
            __root__: Optional[Dict[str, str]] = None
    """,
    f"{CONNECTIONS}/dashboard/demoConnection": """
        from .....type import pattern
        from ....utils import auth
        from .. import connectionBasicType

        class DemoType(Enum):
            Demo = 'Demo'
        class Space(Enum):
            Shared = 'Shared'
            Own_Space = 'Own space'
        class NoAuth(BaseModel):
            class Config:
                extra = Extra.forbid
        class DemoConnection(BaseModel):
            class Config:
                extra = Extra.forbid
            type: Optional[DemoType] = Field(DemoType.Demo, title='Service Type')
            hostPort: AnyUrl = Field(..., title='Host')
            schema_: Optional[str] = Field(None, alias='schema')
            auth: Optional[Union[NoAuth, auth.Basic, auth.Token]] = None
            spaces: Optional[List[Space]] = Field([Space.Shared, Space.Own_Space], min_items=1)
            pageSize: Optional[conint(ge=1)] = Field(10)
            weight: Optional[float] = 0.5
            options: Optional[connectionBasicType.Options] = None
            pattern: Optional[pattern.Pattern] = Field({'includes': [], 'excludes': ['^sys$']})
            extra: Optional[Union[Dict[str, Any], auth.Token]] = None
            supportsMetadataExtraction: Optional[connectionBasicType.SupportsMetadataExtraction] = None
    """,
    f"{CONNECTIONS}/dashboard/hiddenConnection": """
        class HiddenConnection(BaseModel):
            pass
    """,
    "entity/utils/auth": """
        class Basic(BaseModel):
            class Config:
                extra = Extra.forbid
            username: str
            password: CustomSecretStr = Field(..., description='Secret.')
        class Token(Basic):
            password: Optional[CustomSecretStr] = None
            token: CustomSecretStr
    """,
    "entity/services/dashboardService": """
        class DashboardServiceType(Enum):
            Demo = 'Demo'
            Bare = 'Bare'
    """,
    "metadataIngestion/dashboardServiceMetadataPipeline": """
        class DashboardMetadataConfigType(Enum):
            DashboardMetadata = 'DashboardMetadata'
        class DashboardServiceMetadataPipeline(BaseModel):
            class Config:
                extra = Extra.forbid
            type: Optional[DashboardMetadataConfigType] = Field(DashboardMetadataConfigType.DashboardMetadata)
            includeTags: Optional[bool] = True
    """,
    "type/pattern": """
        class Pattern(BaseModel):
            class Config:
                extra = Extra.forbid
            includes: Optional[List[str]] = Field([], description='Wanted.')
            excludes: Optional[List[str]] = Field([], description='Not wanted.')
    """,
}

NEW = {
    f"{CONNECTIONS}/connectionBasicType": """
        class SupportsMetadataExtraction(RootModel[bool]):
            root: Annotated[bool, Field(description='May be read.')] = True
        class Options(RootModel[dict[str, str]]):
            root: dict[str, str]
    """,
    f"{CONNECTIONS}/dashboard/demoConnection": """
        from metadata.generated.schema.type import pattern as pattern_1
        from ....utils import auth as auth_1
        from .. import connectionBasicType

        class DemoType(Enum):
            Demo = 'Demo'
        class Space(Enum):
            Shared = 'Shared'
            Own_Space = 'Own space'
        class NoAuth(BaseModel):
            model_config = ConfigDict(extra='forbid')
        class DemoConnection(BaseModel):
            model_config = ConfigDict(
                extra='forbid',
            )
            type: Annotated[DemoType | None, Field(title='Service Type')] = DemoType.Demo
            hostPort: Annotated[AnyUrl, Field(title='Host')]
            schema_: Annotated[str | None, Field(alias='schema')] = None
            auth: Annotated[NoAuth | auth_1.Basic | auth_1.Token | None, Field(title='Login')] = None
            spaces: Annotated[list[Space] | None, Field(min_length=1)] = [Space.Shared, Space.Own_Space]
            pageSize: Annotated[int | None, Field(ge=1)] = 10
            weight: float | None = 0.5
            options: connectionBasicType.Options | None = None
            pattern: Annotated[
                pattern_1.Pattern | None,
                Field(default_factory=lambda: pattern_1.Pattern.model_validate({'excludes': ['^sys$']})),
            ]
            extra: dict[str, Any] | auth_1.Token | None = None
            supportsMetadataExtraction: Annotated[
                connectionBasicType.SupportsMetadataExtraction | None, Field(validate_default=True)
            ] = True
    """,
    f"{CONNECTIONS}/dashboard/hiddenConnection": """
        class HiddenConnection(BaseModel):
            pass
    """,
    "entity/utils/auth": """
        class Basic(BaseModel):
            model_config = ConfigDict(extra='forbid')
            username: str
            password: Annotated[CustomSecretStr, Field(description='Secret.')]
        class Token(Basic):
            password: CustomSecretStr | None = None
            token: CustomSecretStr
    """,
    "entity/services/dashboardService": OLD["entity/services/dashboardService"],
    "metadataIngestion/dashboardServiceMetadataPipeline": """
        class DashboardMetadataConfigType(Enum):
            DashboardMetadata = 'DashboardMetadata'
        class DashboardServiceMetadataPipeline(BaseModel):
            model_config = ConfigDict(extra='forbid')
            type: Annotated[
                DashboardMetadataConfigType | None, Field(description='Kind')
            ] = DashboardMetadataConfigType.DashboardMetadata
            includeTags: Annotated[bool | None, Field(title='Tags')] = True
    """,
    "type/pattern": """
        class Pattern(BaseModel):
            model_config = ConfigDict(extra='forbid')
            includes: Annotated[list[str] | None, Field(description='Wanted.')] = None
            excludes: Annotated[list[str] | None, Field(description='Not wanted.')] = None
    """,
}

EXAMPLE = """
source:
  type: demo
  serviceConnection:
    config:
      type: Demo
      hostPort: http://demo
  sourceConfig:
    config:
      type: DashboardMetadata
"""


def wheel(file: Path, texts: dict[str, str], examples: dict[str, str] | None = None) -> Path:
    """A wheel with these models and example workflows."""
    with zipfile.ZipFile(file, "w") as target:
        for name, text in texts.items():
            target.writestr(f"metadata/generated/schema/{name}.py", dedent(text))
        for name, text in (examples or {}).items():
            target.writestr(f"metadata/examples/workflows/{name}", text)
        target.writestr("metadata/other.py", "raise SystemExit")
    return file
