"""The OpenAPI document at `/schema/openapi.json`."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, OpenAPIType, Schema, SecurityScheme
from litestar.plugins import OpenAPISchemaPlugin

from phonetui.wire import WIRE_VERSION

if TYPE_CHECKING:
    from litestar._openapi.schema_generation import SchemaCreator
    from litestar.typing import FieldDefinition

OPENAPI = OpenAPIConfig(
    title="phonetui campaign server",
    version=f"{WIRE_VERSION}",
    render_plugins=[JsonRenderPlugin()],
    components=Components(security_schemes={"token": SecurityScheme(type="http", scheme="bearer")}),
)


class TimesOfDay(OpenAPISchemaPlugin):
    """Describes a time of day, which Litestar would call a duration."""

    @staticmethod
    def is_plugin_supported_type(value: object) -> bool:
        """Whether it is this plugin's to describe."""
        return value is time

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: SchemaCreator) -> Schema:
        """RFC 3339's partial time, for which JSON Schema has no format."""
        return Schema(type=OpenAPIType.STRING, pattern=r"^\d\d:\d\d(:\d\d(\.\d+)?)?$")
