import HydraLanguage

/// The manual page hydra(1) as roff, from the command table and the pages of `help`. `make install` writes it.
enum ManualPage {
  static var text: String {
    var page = """
      .TH HYDRA 1 "" "hydra \(HydraVersion.current)" "User Commands"
      .SH NAME
      hydra \\- build, run and break a container cluster
      .SH SYNOPSIS

      """
    page += HelpText.modes.map { entry($0.form, $0.summary) }.joined()
    page += """
      .SH DESCRIPTION
      .B hydra
      builds a container cluster on this machine, runs services on it, breaks it on purpose and reports what happened. Every
      command below works the same at its prompt, in a script and on a command line.
      .SH COMMANDS

      """
    for command in CommandTable.commands { page += section(command) }
    page += ".SH GLOBAL OPTIONS\n" + parameters(CommandTable.globalOptions)
    page += ".SH OPTIONS OF THE TOOL\n" + HelpText.toolOptions.map { entry($0.form, $0.summary) }.joined()
    page += ".SH LANGUAGE\n"
    for topic in LanguagePages.pages {
      page += ".SS \(escaped(topic.name)): \(escaped(topic.summary))\n.nf\n\(escaped(topic.text)).fi\n"
    }
    return page + end
  }

  private static func section(_ command: CommandSpec) -> String {
    var text = ".SS \(escaped(command.usage))\n\(escaped(command.summary)).\n"
    if !command.details.isEmpty { text += escaped(command.details) + "\n" }
    text += parameters(command.arguments + command.options + (command.rest.map { [$0] } ?? []))
    if !command.examples.isEmpty {
      text += ".PP\n.nf\n" + command.examples.map { "    \(escaped($0))\n" }.joined() + ".fi\n"
    }
    return text
  }

  private static func parameters(_ list: [ParameterSpec]) -> String {
    list.map { parameter in
      let notes = HelpText.notes(on: parameter)
      let note = notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"
      return entry(HelpText.form(parameter), parameter.summary + note)
    }.joined()
  }

  private static func entry(_ form: String, _ text: String) -> String {
    ".TP\n.B \(escaped(form))\n\(escaped(text))\n"
  }

  /// Roff is ASCII: other characters are named by their number. In roff a `\\` begins an escape, a dash is a hyphen unless escaped, and `.` or `'` at the start of a line a request.
  private static func escaped(_ text: String) -> String {
    var out = ""
    var isLineStart = true
    for character in text.unicodeScalars {
      if isLineStart, character == "." || character == "'" { out += "\\&" }
      switch character {
      case "\\": out += "\\e"
      case "-": out += "\\-"
      case _ where !character.isASCII:
        let hex = String(character.value, radix: 16, uppercase: true)
        out += "\\[u" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex + "]"
      default: out.unicodeScalars.append(character)
      }
      isLineStart = character == "\n"
    }
    return out
  }

  private static let end = """
    .SH EXIT STATUS
    .TP
    .B 0
    success
    .TP
    .B 1
    a command failed
    .TP
    .B 2
    invalid input; nothing was run
    .TP
    .B 3
    an expectation was not met
    .TP
    .B 4
    the engine or the API is unreachable or refused access
    .TP
    .B 130
    interrupted
    .SH ENVIRONMENT
    .TP
    .B DOCKER_HOST
    address of the Docker engine, if it is not /var/run/docker.sock
    .TP
    .B NO_COLOR
    if set and not empty, disables colour
    .TP
    .B XDG_STATE_HOME, XDG_CONFIG_HOME
    replace ~/.local/state and ~/.config in the paths below
    .SH FILES
    .TP
    .I ~/.local/state/hydra
    shell history, and how to reach clusters; readable by the owner only
    .TP
    .I ~/.config/hydra/init.hydra
    runs when a shell starts, never for a script
    .TP
    .I ~/.editrc
    key bindings of the line editor
    .SH SEE ALSO
    .BR docker (1),
    .BR editrc (5)

    """
}
