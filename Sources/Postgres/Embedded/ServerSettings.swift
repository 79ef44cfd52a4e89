/// The settings a private server starts with, as arguments.
struct ServerSettings {
  private var settings: [String: String] = [
    "listen_addresses": "", "port": "5432", "max_connections": "100", "shared_buffers": "128MB",
    "timezone": "UTC", "log_timezone": "UTC", "cluster_name": "ohjaustila",
    // Queries here are short: compiling them costs more than running them.
    "jit": "off",
    // The log gets starts, stops and crashes. Errors go to the client alone, as their texts, statements and parameters
    // may hold data.
    "logging_collector": "off", "log_destination": "stderr", "log_min_messages": "log", "log_statement": "none",
    "log_min_error_statement": "panic", "log_error_verbosity": "terse", "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0", "log_checkpoints": "off", "log_line_prefix": "%m [%p] ",
  ]

  init(_ configuration: EmbeddedServer.Configuration, _ folders: ClusterFolders) {
    settings["unix_socket_directories"] = SQLIdentifier.quoted(folders.socket)
    settings.merge(configuration.settings) { _, own in own }
  }

  /// `-c name=value` for each.
  var arguments: [String] {
    settings.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
  }
}
