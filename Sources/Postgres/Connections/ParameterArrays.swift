import CLibPQ

/// libpq's parallel arrays of parameters, kept between statements to save their allocation.
struct ParameterArrays {
  private var pointers: [UnsafePointer<CChar>?] = []
  private var lengths: [Int32] = []
  private var formats: [Int32] = []

  /// Calls with the query's values as libpq wants them: pointer (nil for NULL), length, format (1, binary).
  mutating func with(_ query: Query, _ body: (Int32, Pointers, Lengths, Formats) -> Int32) -> Int32 {
    pointers.removeAll(keepingCapacity: true)
    lengths.removeAll(keepingCapacity: true)
    return query.values.withUnsafeBytes { values in
      var start = 0
      for end in query.ends {
        guard end >= 0 else {
          pointers.append(nil)
          lengths.append(0)
          continue
        }
        pointers.append(Self.pointer(values, start))
        lengths.append(Int32(end - start))
        start = end
      }
      while formats.count < lengths.count { formats.append(1) }
      return body(Int32(lengths.count), pointers, lengths, formats)
    }
  }

  typealias Pointers = [UnsafePointer<CChar>?]
  typealias Lengths = [Int32]
  typealias Formats = [Int32]

  /// An empty value needs a pointer too, as a null pointer means NULL; nothing is read through it.
  private static func pointer(_ values: UnsafeRawBufferPointer, _ offset: Int) -> UnsafePointer<CChar>? {
    guard let base = values.baseAddress else { return UnsafePointer(bitPattern: 1) }
    return (base + offset).assumingMemoryBound(to: CChar.self)
  }
}
