import Postgres

extension Installer {
  /// Gives the login roles the passwords that the service's own connection strings carry, so that one set of secrets is
  /// enough for both.
  ///
  /// - Parameter passwords: by role name. Travel as bound values and reach no log.
  public func setPasswords(_ passwords: [String: String]) async throws {
    try await asAdministrator { connection in
      for (role, password) in passwords.sorted(by: { $0.key < $1.key }) {
        // A utility statement takes no parameters: the server puts it together from settings of the transaction.
        _ = try connection.pipeline([
          "SELECT set_config('ohj.role', \(role), true), set_config('ohj.password', \(password), true)",
          """
          DO $$ BEGIN
            EXECUTE format('ALTER ROLE %I PASSWORD %L', current_setting('ohj.role'), current_setting('ohj.password'));
          END $$
          """,
        ])
      }
    }
  }
}
