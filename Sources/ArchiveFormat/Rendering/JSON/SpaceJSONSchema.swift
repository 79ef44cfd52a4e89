/// The published JSON Schema (2020-12) of space.json, version 1.
///
/// Readers should allow members they do not know: a later service may add some without a new version.
public enum SpaceJSONSchema {
  /// Where every installation serves it, and its `$id`, which is relative to that.
  public static let path = "/schemas/space-1.json"

  /// The schema's own text.
  public static let text = #"""
    {
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "$id": "/schemas/space-1.json",
      "title": "ohjaustila.space, version 1: the content of a guidance space",
      "type": "object",
      "required": ["format", "version", "id", "title", "language", "organisation", "controller", "register", "topics",
        "contentAsOf", "timeline", "participants", "feedback", "messageCount", "fileCount", "messages", "files"],
      "properties": {
        "format": {"const": "ohjaustila.space"},
        "version": {"const": 1},
        "id": {"type": "string"},
        "title": {"type": "string"},
        "language": {"type": "string", "description": "of the guidance, BCP 47"},
        "organisation": {"$ref": "#/$defs/named"},
        "controller": {"$ref": "#/$defs/named"},
        "register": {"type": "string"},
        "topics": {"type": "array", "items": {"type": "string"}},
        "contentAsOf": {"$ref": "#/$defs/instant"},
        "timeline": {
          "type": "object",
          "required": ["events", "lastDays"],
          "properties": {
            "events": {"type": "array", "items": {
              "type": "object",
              "required": ["kind", "at"],
              "properties": {
                "kind": {"enum": ["opened", "closed", "reactivated", "archived", "restricted", "unrestricted",
                  "holdPlaced", "holdReleased", "contentRemoved"]},
                "at": {"$ref": "#/$defs/instant"}
              }
            }},
            "lastDays": {
              "type": "object",
              "description": "the last whole day of each stage, Europe/Helsinki",
              "required": ["active", "reactivatable", "archived"],
              "properties": {
                "active": {"$ref": "#/$defs/dayOrNull"},
                "reactivatable": {"$ref": "#/$defs/dayOrNull"},
                "archived": {"$ref": "#/$defs/dayOrNull"}
              }
            }
          }
        },
        "participants": {"type": "array", "items": {
          "type": "object",
          "required": ["name", "role", "joinedAt", "leftAt"],
          "properties": {
            "name": {"type": ["string", "null"]},
            "role": {"$ref": "#/$defs/role"},
            "joinedAt": {"type": ["string", "null"], "format": "date-time"},
            "leftAt": {"type": ["string", "null"], "format": "date-time"}
          }
        }},
        "feedback": {
          "type": ["object", "null"],
          "required": ["rating", "text", "givenAt"],
          "properties": {
            "rating": {"type": "integer", "minimum": 1, "maximum": 5},
            "text": {"type": ["string", "null"]},
            "givenAt": {"$ref": "#/$defs/instant"}
          }
        },
        "messageCount": {"type": "integer", "minimum": 0},
        "fileCount": {"type": "integer", "minimum": 0},
        "messages": {"type": "array", "items": {
          "type": "object",
          "required": ["number", "id", "sentAt", "sender", "text"],
          "properties": {
            "number": {"type": "integer", "minimum": 1},
            "id": {"type": "string"},
            "sentAt": {"$ref": "#/$defs/instant"},
            "sender": {"$ref": "#/$defs/person"},
            "text": {"type": ["string", "null"], "description": "null: removed by the data protection officer"}
          }
        }},
        "files": {"type": "array", "items": {
          "type": "object",
          "required": ["id", "path", "name", "size", "sha256", "contentType", "uploadedAt", "uploader"],
          "properties": {
            "id": {"type": "string"},
            "path": {"type": "string", "description": "in the archive"},
            "name": {"type": "string", "description": "as the uploader named it"},
            "size": {"type": "integer", "minimum": 0},
            "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "contentType": {"type": "string"},
            "uploadedAt": {"$ref": "#/$defs/instant"},
            "uploader": {"$ref": "#/$defs/person"}
          }
        }}
      },
      "$defs": {
        "instant": {"type": "string", "format": "date-time", "description": "RFC 3339, UTC"},
        "dayOrNull": {"type": ["string", "null"], "format": "date"},
        "role": {"enum": ["customer", "counsellor", "adviser", "service"]},
        "named": {"type": "object", "required": ["name"], "properties": {"name": {"type": ["string", "null"]}}},
        "person": {
          "type": "object",
          "required": ["name", "role"],
          "properties": {"name": {"type": ["string", "null"]}, "role": {"$ref": "#/$defs/role"}}
        }
      }
    }

    """#
}
