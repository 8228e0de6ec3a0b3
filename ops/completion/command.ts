import type { TextCommand } from "../command.ts";
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
  textFor: (shell, all) => (shell === "zsh" ? zshCompletion : bashCompletion)(all, projectRoot),
};
