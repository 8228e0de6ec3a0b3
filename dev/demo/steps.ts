import type { Change } from "../../settings/edit.ts";

/** One update of the demo. */
export interface DemoStep {
  /** Also the name of the row in the table. */
  title: string;
  /** What the viewer can watch in this step. */
  explanation: string;
  changes: Change[];
  /** The expected result of the update. */
  outcome: "succeeds" | "fails";
  /** The colour and version that serve after the update. */
  serves: { color: "blue" | "green"; version: string };
}

type Color = "blue" | "green";

const activeColor = (color: Color): Change => ({ path: "webnet:activeColor", value: color });

const tags = (color: Color, tag: string): Change[] => [
  { path: `webnet:colors.${color}.backendTag`, value: tag },
  { path: `webnet:colors.${color}.frontendTag`, value: tag },
];

/** Blue serves v1, green stands by with v1. */
export const startChanges: Change[] = [activeColor("blue"), ...tags("blue", "v1"), ...tags("green", "v1")];

/** The updates under load, in order. The last one brings the config back to `startChanges`. */
export const steps: DemoStep[] = [
  {
    title: "deploy v2 to green",
    explanation: "Green stands by: it gets v2 and is waited for until it is healthy. Traffic stays on blue.",
    changes: tags("green", "v2"),
    outcome: "succeeds",
    serves: { color: "blue", version: "v1" },
  },
  {
    title: "switch to green",
    explanation: "The gateway checks green by a guarded route, reloads, and routes to it. Blue stays warm.",
    changes: [activeColor("green")],
    outcome: "succeeds",
    serves: { color: "green", version: "v2" },
  },
  {
    title: "roll back to blue",
    explanation: "Rolling back is reverting the config: blue still runs, so it takes one reload.",
    changes: [activeColor("blue")],
    outcome: "succeeds",
    serves: { color: "blue", version: "v1" },
  },
  {
    title: "blue to v3 in place",
    explanation:
      "The active colour's own tag changes: a new release starts beside the old, takes over, the old one drains.",
    changes: tags("blue", "v3"),
    outcome: "succeeds",
    serves: { color: "blue", version: "v3" },
  },
  {
    title: "blue back to v1 in place",
    explanation: "The active colour goes back to the older tag in the same way, without the other colour.",
    changes: tags("blue", "v1"),
    outcome: "succeeds",
    serves: { color: "blue", version: "v1" },
  },
  {
    title: "green never gets healthy",
    explanation:
      "Green gets an image whose health stays DOWN. The update must fail; traffic must not notice.",
    changes: tags("green", "unhealthy"),
    outcome: "fails",
    serves: { color: "blue", version: "v1" },
  },
  {
    title: "revert green to v2",
    explanation: "Reverting the config is all the cleaning up there is.",
    changes: tags("green", "v2"),
    outcome: "succeeds",
    serves: { color: "blue", version: "v1" },
  },
  {
    title: "blue fails its smoke check",
    explanation:
      "The active colour gets an image that is healthy but answers 500. Its smoke check must fail before any traffic goes there.",
    changes: tags("blue", "failing"),
    outcome: "fails",
    serves: { color: "blue", version: "v1" },
  },
  {
    title: "revert to the start",
    explanation: "Blue and green are v1 again, as the stack config in the repository has it.",
    changes: [...tags("blue", "v1"), ...tags("green", "v1")],
    outcome: "succeeds",
    serves: { color: "blue", version: "v1" },
  },
];
