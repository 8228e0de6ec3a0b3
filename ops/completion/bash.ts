import type { Commands } from "../command.ts";
import { firstWords, offeredOptions, quoted } from "./words.ts";

/**
 * Returns the bash completion for `webnet`. The text contains everything except the stacks' names: bash takes those
 * from the files beside Pulumi.yaml. So a key press starts no program.
 *
 * @param project the folder with Pulumi.yaml if `--cwd` names none
 */
export function bashCompletion(all: Commands, project: string): string {
  const names = firstWords(all).map(([name]) => name);
  const commands = Object.entries(all);
  const values = commands.flatMap(([name, command]) =>
    offeredOptions(command)
      .filter(({ flag, value }) => value !== undefined && !["--stack", "--cwd"].includes(flag))
      .map(({ flag, values: offered }) => `    '${name} ${flag}') words='${offered.join(" ")}' ;;`),
  );
  const options = commands.map(([name, command]) => {
    const own = command.argument?.allowed ?? [];
    const flags = offeredOptions(command).map(({ flag }) => flag);
    return `        ${name}) words='${[...own, ...flags].join(" ")}' ;;`;
  });
  return `# Completion of webnet for bash, made by: webnet completion bash

_webnet_stacks() {
  local file
  for file in "$1"/Pulumi.*.yaml; do
    file=\${file##*/Pulumi.}
    file=\${file%.yaml}
    # What else a file may be called is no stack's name.
    [[ $file =~ ^[A-Za-z0-9._-]+$ ]] && printf '%s\\n' "$file"
  done
}

_webnet() {
  # Whatever the shell has them be: words are told apart by spaces here.
  local IFS=$' \\t\\n'
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
  local command=\${COMP_WORDS[1]} directory=${quoted(project)} words='' at word
  COMPREPLY=()
  # --stack=prod comes as three words.
  if [[ $current == '=' ]]; then
    current=''
  elif [[ $previous == '=' ]]; then
    previous=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((at = 2; at < COMP_CWORD - 1; at++)); do
    [[ \${COMP_WORDS[at]} == --cwd ]] || continue
    directory=\${COMP_WORDS[at + 1]}
    [[ $directory == '=' ]] && directory=\${COMP_WORDS[at + 2]}
    directory=\${directory/#\\~\\//$HOME/}
  done
  if ((COMP_CWORD == 1)); then
    words='${names.join(" ")}'
  else
    case "$command $previous" in
    *' --stack') words=$(_webnet_stacks "$directory") ;;
    *' --cwd')
      compopt -o filenames 2>/dev/null
      while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -d -- "$current")
      return
      ;;
${values.join("\n")}
    *)
      case $command in
${options.join("\n")}
        help) words='${Object.keys(all).join(" ")}' ;;
      esac
      ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}

complete -F _webnet webnet`;
}
