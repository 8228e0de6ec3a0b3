import type { TextCommand } from "../command.ts";
import { UsageError } from "../usage.ts";
import { projectRoot } from "../../host/project.ts";
import { bashCompletion } from "./bash.ts";
import { zshCompletion } from "./zsh.ts";

/** `webnet completion`. */
export const completion: TextCommand = {
  summary: "prints what has a shell complete webnet's commands, options and stacks",
  argument: { name: "shell", allowed: ["bash", "zsh"] },
  options: [],
  examples: [
    ["bash > ~/.webnet.bash && echo 'source ~/.webnet.bash' >> ~/.bashrc", "for bash, in new shells"],
    ["zsh > ~/.webnet.zsh && echo 'source ~/.webnet.zsh' >> ~/.zshrc", "for zsh, whose .zshrc runs compinit"],
  ],
  textFor: (shell, all) => {
    const { npm_lifecycle_event: script, npm_config_loglevel: level } = process.env;
    if (script === "ops" && level !== "silent")
      throw new UsageError(
        `npm would print its own lines into the script: npm run --silent ops -- completion ${shell}. ` +
          "It completes the word webnet, which npm link installs.",
      );
    return (shell === "zsh" ? zshCompletion : bashCompletion)(all, projectRoot);
  },
};
