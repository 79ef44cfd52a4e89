// What identifiers identify. Where a value type of the same name exists it is its own subject; these have none.

/// A member of staff as a principal, whatever organisations they work for.
public enum Account {}
/// A customer as a principal.
public enum Person {}
/// Somebody's place in one space.
public enum Participation {}
/// A file's chunks before and after they are published.
public enum Upload {}
/// One mail to one person: what a notice becomes for each of its recipients.
public enum Delivery {}
