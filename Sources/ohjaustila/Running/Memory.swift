import CAllocator

/// Tunes the C library's allocator for buffers of a quarter of a megabyte that come and go.
enum Memory {
  /// By default glibc gives each such buffer back to the kernel and faults it in again, which costs more than sealing it.
  ///
  /// Few arenas keep what many threads free in reach of each other.
  static func tune() {
    mallopt(M_MMAP_THRESHOLD, 4 << 20)
    mallopt(M_TRIM_THRESHOLD, 16 << 20)
    mallopt(M_ARENA_MAX, 2)
  }
}
