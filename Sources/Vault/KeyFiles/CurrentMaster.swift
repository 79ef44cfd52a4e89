/// The content of the file `current`: one line, `ohjaustila-current 1 <master id>`.
enum CurrentMaster {
  static func encode(_ id: MasterKeyID) -> [UInt8] { Array("ohjaustila-current 1 \(id)\n".utf8) }

  static func decode(_ bytes: [UInt8], in folder: KeyFolder) throws(KeyFileError) -> MasterKeyID {
    let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard words.count == 3, words[0] == "ohjaustila-current", words[1] == "1", let id = MasterKeyID(String(words[2]))
    else { throw .malformed(path: folder.path + "/current") }
    return id
  }
}
