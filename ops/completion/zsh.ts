import type { Commands } from "../command.ts";
import { firstWords, offeredOptions, quoted, type OfferedOption } from "./words.ts";

/**
 * Returns the zsh completion for `webnet`, like {@link bashCompletion}, with a description of each command and option.
 *
 * @param project the folder with Pulumi.yaml if `--cwd` names none
 */
export function zshCompletion(all: Commands, project: string): string {
  const first = firstWords(all).map(([name, what]) => `    ${quoted(`${name}:${what}`)}`);
  const cases = Object.entries(all).map(([name, command]) => {
    const { argument } = command;
    const own = argument === undefined ? [] : [`1:${argument.name}:(${argument.allowed.join(" ")})`];
    const specs = [...own, ...offeredOptions(command).map(specOf)];
    return [`    ${name})`, `      _arguments ${specs.map(quoted).join(" \\\n        ")} ;;`].join("\n");
  });
  return `#compdef webnet
# Completion of webnet for zsh, made by: webnet completion zsh

_webnet_stacks() {
  local -a stacks
  stacks=($webnet_directory/Pulumi.*.yaml(N:t:r))
  stacks=(\${stacks#Pulumi.})
  compadd "$@" -a stacks
}

_webnet() {
  local webnet_directory=${quoted(project)} at
  local -a commands
  commands=(
${first.join("\n")}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  for ((at = 3; at < CURRENT; at++)); do
    [[ $words[at] == --cwd ]] && webnet_directory=\${(Q)words[at + 1]}
    [[ $words[at] == --cwd=* ]] && webnet_directory=\${(Q)words[at]#--cwd=}
  done
  webnet_directory=\${webnet_directory/#\\~\\//$HOME/}
  shift words
  ((CURRENT--))
  case $words[1] in
${cases.join("\n")}
    help)
      ((CURRENT == 2)) && _describe command commands ;;
  esac
}

if [[ $funcstack[1] == _webnet ]]; then
  _webnet "$@"
else
  compdef _webnet webnet
fi`;
}

/** Returns an option in the syntax of zsh's `_arguments`. */
function specOf({ flag, what, value, values }: OfferedOption): string {
  const told = what.replaceAll(/[[\]\\]/g, "\\$&");
  if (value === undefined) return `${flag}[${told}]`;
  return `${flag}=[${told}]:${value}:${actionOf(flag, values)}`;
}

function actionOf(flag: string, values: readonly string[]): string {
  if (flag === "--stack") return "_webnet_stacks";
  if (flag === "--cwd") return "_files -/";
  return values.length > 0 ? `(${values.join(" ")})` : "";
}
