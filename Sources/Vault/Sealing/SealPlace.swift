#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// The cell a sealed value belongs to. Moved to another cell, it does not open.
public struct SealPlace: Sendable, Hashable {
  /// The table's name, as it was when the value was sealed: renaming a table does not change it.
  public var table: String
  /// The column's name, likewise.
  public var column: String
  /// The row.
  public var row: UUID
  /// Which piece of the value, from 0; 0 where there is only one.
  public var chunk: UInt64

  /// Names a cell, or one chunk of it.
  public init(table: String, column: String, row: UUID, chunk: UInt64 = 0) {
    self.table = table
    self.column = column
    self.row = row
    self.chunk = chunk
  }
}
