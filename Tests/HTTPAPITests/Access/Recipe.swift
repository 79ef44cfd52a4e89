import Foundation
import Guidance
import HTTPTypes
import Lifecycle

@testable import HTTPAPI

/// A request that would succeed for who may make it, and what it answers then.
struct Recipe {
  var path = ""
  var body: String?
  var headers: HTTPFields = [:]
  var success: HTTPResponse.Status = .ok

  /// - Returns: nil for an operation that nobody has written a recipe for.
  init?(_ operation: String, path template: String, _ world: AccessWorld, _ space: AccessSpace) {
    let day = (world.service.store.clock.now + .seconds(710 * 86_400)).description.prefix(10)
    switch operation {
    case "getSpace", "getTimeline", "downloadArchive", "listParticipants", "listMessages", "listFiles", "downloadFile",
      "getFeedback", "listJournal", "listHolds", "listSpaceAccesses", "endHold", "approveHold", "restrictSpace",
      "closeSpace", "reactivateSpace", "archiveSpace", "enterSpace", "acceptParticipant", "decideErasure",
      "listOrphans", "listStaff", "getStaffMember", "listUnusedRights", "listStaffHistory", "getFigures",
      "getMe", "getOrganisation", "listSpaces", "listOrganisations", "searchAccessLog", "getForecast", "listNotices",
      "listPolicies", "getPolicy", "getLiveness", "getReadiness", "getContract", "getDocs", "getClock",
      "listOutbox", "listArchiveLinks", "getArchiveKeys", "getSpaceSchema", "listErasures", "getErasure",
      "listQuarantine", "countQuarantine":
      break
    case "liftRestriction": success = world.standpoint == .restricted ? .ok : .notFound
    case "streamEvents":
      // Past the right, before the stream: one that never was.
      headers[.init("Last-Event-ID") ?? .eTag] = "999999"
      success = .badRequest
    case "changeSpace": body = #"{"title":"Uusi"}"#
    case "transferSpace": body = #"{"to":"colleague"}"#
    case "inviteParticipant": (body, success) = (#"{"email":"uusi@example.fi"}"#, .created)
    case "makeArchiveLink": success = .created
    // A link that is nobody's, and a token that opens nothing.
    case "revokeArchiveLink", "downloadArchiveByLink", "getDocsFile": success = .notFound
    case "endParticipation": success = .noContent
    case "postMessage": (body, success) = (#"{"text":"Moi"}"#, .created)
    case "markRead": (body, success) = (#"{"number":1}"#, .noContent)
    case "uploadFile":
      (body, success) = ("abc", .created)
      headers[.contentDisposition] = "attachment; filename*=UTF-8''b.txt"
      headers[.contentType] = "text/plain"
    case "describeUploads": success = .noContent
    case "createUpload":
      success = .created
      headers[.tusResumable] = TusFields.version
      headers[.uploadLength] = "3"
      headers[.uploadMetadata] = "filename YS50eHQ="
    // Past the right there is an upload that is nobody's.
    case "getUpload", "endUpload":
      success = .notFound
      headers[.tusResumable] = TusFields.version
    case "appendToUpload", "overrideUploadMethod":
      (body, success) = ("abc", .notFound)
      headers[.tusResumable] = TusFields.version
      headers[.uploadOffset] = "0"
      headers[.contentType] = "application/offset+octet-stream"
      if operation == "overrideUploadMethod" { headers[.methodOverride] = "PATCH" }
    case "putFeedback": body = #"{"rating":4}"#
    case "placeHold": (body, success) = (#"{"reason":"legalClaim","until":"\#(day)"}"#, .created)
    case "changeMe": body = #"{"language":"sv"}"#
    case "createOrganisation": (body, success) = (#"{"name":"Uusi","admins":[{"subject":"a"}]}"#, .created)
    case "putStaffMember": body = #"{"name":"C","roles":["counsellor"],"commitmentSignedOn":"2026-01-02"}"#
    case "deleteStaffMember": success = .noContent
    case "reviewAccess": (body, success) = (#"{"renew":["colleague"]}"#, .noContent)
    case "openSpace":
      body = #"{"organisationId":"\#(world.organisation)","title":"x","customers":[{"email":"x@example.fi"}]}"#
      success = .created
    case "searchDataSubject": body = #"{"hetu":"010594Y9032"}"#
    // There is no later version to go to.
    case "previewPolicy":
      body = #"{"organisationId":"\#(world.organisation)","version":2}"#
      success = .unprocessableContent
    case "applyPolicy":
      body = #"{"organisationId":"\#(world.organisation)","version":2,"token":"x"}"#
      success = .unprocessableContent
    case "runSweep": body = #"{"dryRun":true}"#
    case "makeToken": body = #"{"subject":"x"}"#
    case "moveClock": (body, success) = (#"{"to":"2000-01-01T00:00:00Z"}"#, .unprocessableContent)
    default: return nil
    }
    // Nobody misses the officer who proposed the holds.
    let subject = operation == "deleteStaffMember" ? "proposer" : "colleague"
    path = template.replacing("{space}", with: space.id).replacing("{organisation}", with: world.organisation)
      .replacing("{subject}", with: subject).replacing("{participant}", with: space.pending)
      .replacing("{file}", with: space.file).replacing("{hold}", with: space.hold)
      .replacing("{register}", with: "ohjaustila").replacing("{link}", with: "01990a1c-7b1f-7c55-9d2e-5a5d1f0a7d11")
      .replacing("{upload}", with: "01990a1c-7b1f-7c55-9d2e-5a5d1f0a7d11")
      .replacing("{token}", with: String(repeating: "0", count: 64))
  }
}
