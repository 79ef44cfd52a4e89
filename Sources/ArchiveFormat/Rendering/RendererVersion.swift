/// The version of the bytes that this module renders. Raised with every change that alters the bytes of any archive; part
/// of an archive's ETag and manifest.
public enum RendererVersion {
  /// The version of this build.
  public static let current = 4
}
