// peregrine completion: the scripts by which shells complete commands.
#include <array>
#include <cstdio>
#include <string_view>
#include <utility>

#include "cli/commands.h"

namespace peregrine::cli {

namespace {

// Each script is thin: what to offer, complete.h decides.
constexpr std::string_view kBash = R"(# peregrine in bash. Once: source <(peregrine completion bash)
_peregrine() {
  local program=${COMP_WORDS[0]/#\~/$HOME} current=${COMP_WORDS[COMP_CWORD]} quote='' i line word
  local words=()
  # bash splits words at `=` and `:` too; they are put together again.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if ((${#words[@]})) && [[ $word == [=:]* || ${COMP_WORDS[i - 1]} == [=:] ]]; then
      words[-1]+=$word
    else
      words+=("$word")
    fi
  done
  word=${words[-1]}
  [[ $word == [\'\"]* ]] && quote=${word:0:1} word=${word:1}
  words[-1]=${word//\\/}
  [[ $current == [=:] ]] && current=''
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
    $'\tyaml')
      compopt -o filenames
      mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(
        compgen -d -- "$current"
        compgen -f -X '!*.yaml' -- "$current"
        compgen -f -X '!*.yml' -- "$current")
      ;;
    $'\tfile')
      compopt -o filenames
      mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current")
      ;;
    $'\tfolder')
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -d -- "$current")
      ;;
    *)
      line=${line%%$'\t'*}
      [[ $line == *= ]] && compopt -o nospace
      [[ ! $quote && $line == *[!A-Za-z0-9_./:=@%+,-]* ]] && printf -v line %q "$line"
      # Of the words that were put together, bash replaces the last.
      COMPREPLY+=("${line:${#word} - ${#current} + ${#quote}}")
      ;;
    esac
  done < <("$program" __complete "${words[@]}" 2>/dev/null)
}
complete -F _peregrine peregrine
)";

constexpr std::string_view kZsh = R"(#compdef peregrine
# peregrine in zsh. Once: source <(peregrine completion zsh)
# or for good: peregrine completion zsh >"${fpath[1]}/_peregrine"
_peregrine() {
  local line word program=${(Q)words[1]/#\~/$HOME}
  local -a before plain open
  before=("${(@Q)words[2,CURRENT-1]}")
  word=${(Q)${words[CURRENT]#[\'\"]}}
  for line in "${(@f)$("$program" __complete "${before[@]}" "$word" 2>/dev/null)}"; do
    case $line in
    $'\tyaml') _path_files -g '*(-/) *.(yaml|yml)(-.)' ;;
    $'\tfile') compset -P '*='; _path_files ;;
    $'\tfolder') _path_files -/ ;;
    ?*)
      word=${line%%$'\t'*}
      line=${word//:/\\:}:${line#*$'\t'}
      if [[ $word == *= ]]; then open+=("$line"); else plain+=("$line"); fi
      ;;
    esac
  done
  ((${#plain})) && _describe -t values value plain
  ((${#open})) && _describe -t values value open -S ''
}
if [[ ${funcstack[1]} == _peregrine ]]; then _peregrine "$@"; else compdef _peregrine peregrine; fi
)";

constexpr std::string_view kFish = R"(# peregrine in fish. Once: peregrine completion fish | source
# or for good: peregrine completion fish >~/.config/fish/completions/peregrine.fish
function __peregrine_complete
    set -l words (commandline -opc)
    set -l program (string replace -r '^~' $HOME -- $words[1])
    set -e words[1]
    set -l current (commandline -ct | string unescape)
    for line in ($program __complete $words "$current" 2>/dev/null)
        switch $line
            case \tyaml
                __fish_complete_path "$current" | string match -r '^[^\t]*(?:/|\.ya?ml)(?:\t.*)?$'
            case \tfile
                set -l format (string match -r '^[^=]*=' -- $current)
                set -l file (string replace -r '^[^=]*=' '' -- $current)
                string replace -r '^' -- "$format" (__fish_complete_path "$file")
            case \tfolder
                __fish_complete_directories "$current" ''
            case '*'
                printf '%s\n' $line
        end
    end
end
complete -c peregrine -f -k -a '(__peregrine_complete)'
)";

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kScripts = {
    {{"bash", kBash}, {"zsh", kZsh}, {"fish", kFish}}};

}  // namespace

std::vector<std::string_view> shells() {
  std::vector<std::string_view> names;
  for (const auto& [shell, script] : kScripts) names.push_back(shell);
  return names;
}

int completion_command(const Flags& flags) {
  for (const auto& [shell, script] : kScripts) {
    if (shell == flags.name) std::fwrite(script.data(), 1, script.size(), stdout);
  }
  return kHeld;
}

}  // namespace peregrine::cli
