public import Guidance
import Synchronization

/// Places for connections by the network they come from, so that nobody takes all there are.
public final class ConnectionPlaces: Sendable {
  private let most: Int
  private let trustedProxies: [AddressRange]
  private let taken = Mutex<[NetworkAddress: Int]>([:])

  /// - Parameters:
  ///   - most: connections of one address (of IPv6: one /64 network) at a time.
  ///   - trustedProxies: bring everybody's connections, and are not counted.
  public init(most: Int, trustedProxies: [AddressRange] = []) {
    self.most = most
    self.trustedProxies = trustedProxies
  }

  /// Takes a place, which the connection gives back with `leave` when it ends; false when none is left.
  func enter(_ address: NetworkAddress) -> Bool {
    guard counts(address) else { return true }
    return taken.withLock { taken in
      let others = taken[address.network, default: 0]
      guard others < most else { return false }
      taken[address.network] = others + 1
      return true
    }
  }

  /// Gives a place back.
  func leave(_ address: NetworkAddress) {
    guard counts(address) else { return }
    taken.withLock { taken in
      let rest = taken[address.network, default: 0] - 1
      taken[address.network] = rest > 0 ? rest : nil
    }
  }

  /// Networks that have a place.
  var count: Int { taken.withLock { $0.count } }

  private func counts(_ address: NetworkAddress) -> Bool {
    !trustedProxies.contains { $0.contains(address) }
  }
}
