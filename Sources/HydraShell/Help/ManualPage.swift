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
    for mode in HelpText.modes { page += ".TP\n.B \(escaped(mode.form))\n\(escaped(mode.summary))\n" }
    page += """
      .SH DESCRIPTION
      .B hydra
      builds a container cluster on this machine, runs services on it, breaks it on purpose and tells what happened. Every
      command below means the same at its prompt, in a script and on a command line.
      .SH COMMANDS

      """
    for command in CommandTable.commands { page += section(command) }
    page += ".SH OPTIONS EVERYWHERE\n" + parameters(CommandTable.globalOptions)
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
      let form =
        parameter.isOption && !parameter.isFlag ? "\(parameter.name) \(parameter.placeholder)" : parameter.name
      return ".TP\n.B \(escaped(form))\n\(escaped(parameter.summary))\n"
    }.joined()
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
    done
    .TP
    .B 1
    a command failed
    .TP
    .B 2
    the text is wrong, nothing was done
    .TP
    .B 3
    an expectation was not met
    .TP
    .B 4
    the engine or the API can't be reached or lets us not in
    .TP
    .B 130
    interrupted
    .SH ENVIRONMENT
    .TP
    .B DOCKER_HOST
    the Docker engine, where it is not at /var/run/docker.sock
    .TP
    .B NO_COLOR
    no colour when it is set and not empty
    .TP
    .B XDG_STATE_HOME, XDG_CONFIG_HOME
    where the folders below are, instead of ~/.local/state and ~/.config
    .SH FILES
    .TP
    .I ~/.local/state/hydra
    history of the shell, and how clusters are reached; readable by the user alone
    .TP
    .I ~/.config/hydra/init.hydra
    run when a shell starts, never for a script
    .TP
    .I ~/.editrc
    keys of the line editor
    .SH SEE ALSO
    .BR docker (1),
    .BR editrc (5)

    """
}
