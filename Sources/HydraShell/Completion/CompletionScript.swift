/// `hydra completion SHELL`: a script that makes the user's own shell call ``CommandLineCompletion``.
enum CompletionScript {
  static let shells = ["bash", "zsh", "fish"]

  /// The script for `shell`; nil for an unknown one.
  static func text(for shell: String) -> String? {
    switch shell {
    case "bash": bash
    case "zsh": zsh
    case "fish": fish
    default: nil
    }
  }

  // bash cuts words at `=` and `:` as well (COMP_WORDBREAKS) and replaces only the last piece: of `--image=a:1`, the `1`.
  private static let bash = #"""
    # hydra(1) completion for bash: source <(hydra completion bash)
    _hydra() {
      local line="${COMP_LINE:0:COMP_POINT}" piece="${COMP_WORDS[COMP_CWORD]}" before word
      line="${line#"${line%%[![:space:]]*}"}"
      case "$line" in *[[:space:]]*) line="${line#*[[:space:]]}" ;; *) return ;; esac
      before="${line##*[[:space:]]}"
      case "$piece" in = | :) ;; *) before="${before%"$piece"}" ;; esac
      COMPREPLY=()
      while IFS=$'\t' read -r word _; do
        COMPREPLY+=("${word#"$before"}")
        case "$word" in */ | *'(') compopt -o nospace 2>/dev/null ;; esac
      done < <("${COMP_WORDS[0]}" __complete "$line" 2>/dev/null)
    }
    complete -F _hydra hydra hydra-ctl

    """#

  private static let zsh = #"""
    #compdef hydra hydra-ctl
    # hydra(1) completion for zsh: source <(hydra completion zsh), or a file _hydra in a folder of $fpath
    _hydra() {
      local -a described
      local word about
      while IFS=$'\t' read -r word about; do
        described+=("${word//:/\\:}${about:+:$about}")
      done < <("${words[1]}" __complete "${${(j: :)${(@)words[2,CURRENT]}}}" 2>/dev/null)
      _describe -t hydra hydra described
    }
    if [ "$funcstack[1]" = _hydra ]; then _hydra "$@"; else compdef _hydra hydra hydra-ctl; fi

    """#

  private static let fish = #"""
    # hydra(1) completion for fish: hydra completion fish > ~/.config/fish/completions/hydra.fish
    function __hydra_complete
      set -l line (commandline -cp)
      set -l program (string split -m 1 ' ' -- (string trim -l -- $line))
      $program[1] __complete "$program[2]" 2>/dev/null
    end
    complete -c hydra -f -a '(__hydra_complete)'
    complete -c hydra-ctl -f -a '(__hydra_complete)'

    """#
}
