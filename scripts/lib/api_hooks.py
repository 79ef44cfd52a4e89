"""What schemathesis has to be told of openapi.yaml's media types; see scripts/check-api."""

import schemathesis


@schemathesis.serializer("application/offset+octet-stream")
def piece(_: schemathesis.SerializationContext, value: object) -> bytes:
    """A piece of a resumable upload is bytes."""
    return value if isinstance(value, bytes) else str(value).encode()
