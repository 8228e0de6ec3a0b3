import { refuses } from "./support.ts";

describe("settings: bad colours and tags", () => {
  refuses(
    "a colour that there isn't",
    { activeColor: "red" },
    `
webnet:activeColor
  problem: its value is not allowed
  got:     "red"
  allowed: blue or green
  fix:     pulumi config set webnet:activeColor <blue/green> --stack prod`,
  );
  refuses(
    "a colour with a slip of the pen",
    { activeColor: "gren" },
    `
webnet:activeColor
  problem: its value is not allowed
  got:     "gren"
  allowed: blue or green
  fix:     pulumi config set webnet:activeColor green --stack prod`,
  );
  refuses(
    "a missing active colour",
    { activeColor: undefined },
    `
webnet:activeColor
  problem: it is missing
  allowed: blue or green
  fix:     pulumi config set webnet:activeColor <blue/green> --stack prod`,
  );
  refuses(
    "an active colour without tags",
    { activeColor: "green" },
    `
webnet:colors.green
  problem: it is missing, and green is the active colour
  allowed: an object with backendTag, frontendTag
  fix:     pulumi config set --path 'webnet:colors.green.backendTag' <tag> --stack prod
  then:    pulumi config set --path 'webnet:colors.green.frontendTag' <tag> --stack prod`,
  );
  refuses(
    "a missing tag",
    { "colors.blue.frontendTag": undefined },
    `
webnet:colors.blue.frontendTag
  problem: it is missing
  allowed: an image tag: 1 to 128 letters, digits, "_", "." and "-", the first one no "." or "-"; quoted in the YAML file if it looks like a number; or none, for no such part
  fix:     pulumi config set --path 'webnet:colors.blue.frontendTag' <tag> --stack prod`,
  );
  refuses(
    "a tag with a space",
    { "colors.blue.backendTag": "sha 1" },
    `
webnet:colors.blue.backendTag
  problem: its value is not allowed
  got:     "sha 1"
  allowed: an image tag: 1 to 128 letters, digits, "_", "." and "-", the first one no "." or "-"; quoted in the YAML file if it looks like a number; or none, for no such part
  fix:     pulumi config set --path 'webnet:colors.blue.backendTag' <tag> --stack prod`,
  );
  refuses(
    "a tag with a colon",
    { "colors.blue.backendTag": "web:1" },
    `
webnet:colors.blue.backendTag
  problem: its value is not allowed
  got:     "web:1"
  allowed: an image tag: 1 to 128 letters, digits, "_", "." and "-", the first one no "." or "-"; quoted in the YAML file if it looks like a number; or none, for no such part
  fix:     pulumi config set --path 'webnet:colors.blue.backendTag' <tag> --stack prod`,
  );
  refuses(
    "a tag that begins with a dot",
    { "colors.blue.backendTag": ".1" },
    `
webnet:colors.blue.backendTag
  problem: its value is not allowed
  got:     ".1"
  allowed: an image tag: 1 to 128 letters, digits, "_", "." and "-", the first one no "." or "-"; quoted in the YAML file if it looks like a number; or none, for no such part
  fix:     pulumi config set --path 'webnet:colors.blue.backendTag' <tag> --stack prod`,
  );
  refuses(
    "an empty tag",
    { "colors.blue.backendTag": "" },
    `
webnet:colors.blue.backendTag
  problem: its value is not allowed
  got:     ""
  allowed: an image tag: 1 to 128 letters, digits, "_", "." and "-", the first one no "." or "-"; quoted in the YAML file if it looks like a number; or none, for no such part
  fix:     pulumi config set --path 'webnet:colors.blue.backendTag' <tag> --stack prod`,
  );
  refuses(
    "a tag of 129 characters",
    {
      "colors.blue.backendTag":
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    },
    `
webnet:colors.blue.backendTag
  problem: its value is not allowed
  got:     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa… (129 characters)
  allowed: an image tag: 1 to 128 letters, digits, "_", "." and "-", the first one no "." or "-"; quoted in the YAML file if it looks like a number; or none, for no such part
  fix:     pulumi config set --path 'webnet:colors.blue.backendTag' <tag> --stack prod`,
  );
  refuses(
    "a tag that YAML has made a fraction of",
    { "colors.blue.backendTag": 1.1 },
    `
webnet:colors.blue.backendTag
  problem: it stands in the stack's file without quotes, and Pulumi takes it for a number
  got:     1.1
  allowed: an image tag: 1 to 128 letters, digits, "_", "." and "-", the first one no "." or "-"; quoted in the YAML file if it looks like a number; or none, for no such part
  fix:     pulumi config set --type string --path 'webnet:colors.blue.backendTag' <tag> --stack prod`,
  );
  refuses(
    "a tag whose digits a number can't hold",
    { "colors.blue.backendTag": 1152921504606847000 },
    `
webnet:colors.blue.backendTag
  problem: it stands in the stack's file without quotes, and Pulumi takes it for a number
  got:     1152921504606847000
  allowed: an image tag: 1 to 128 letters, digits, "_", "." and "-", the first one no "." or "-"; quoted in the YAML file if it looks like a number; or none, for no such part
  fix:     pulumi config set --type string --path 'webnet:colors.blue.backendTag' <tag> --stack prod`,
  );
  refuses(
    "a tag that may have been 0123456",
    { "colors.blue.backendTag": 42798 },
    `
webnet:colors.blue.backendTag
  problem: it stands in the stack's file without quotes, and Pulumi takes it for a number
  got:     42798
  allowed: an image tag: 1 to 128 letters, digits, "_", "." and "-", the first one no "." or "-"; quoted in the YAML file if it looks like a number; or none, for no such part
  fix:     pulumi config set --type string --path 'webnet:colors.blue.backendTag' <tag> --stack prod`,
  );
  refuses(
    "a tag that may have been 2024_01_05",
    { "colors.blue.backendTag": 20240105 },
    `
webnet:colors.blue.backendTag
  problem: it stands in the stack's file without quotes, and Pulumi takes it for a number
  got:     20240105
  allowed: an image tag: 1 to 128 letters, digits, "_", "." and "-", the first one no "." or "-"; quoted in the YAML file if it looks like a number; or none, for no such part
  fix:     pulumi config set --type string --path 'webnet:colors.blue.backendTag' <tag> --stack prod`,
  );
  refuses(
    "a tag that may have been True",
    { "colors.blue.backendTag": true },
    `
webnet:colors.blue.backendTag
  problem: it stands in the stack's file without quotes, and Pulumi takes it for yes or no
  got:     true
  allowed: an image tag: 1 to 128 letters, digits, "_", "." and "-", the first one no "." or "-"; quoted in the YAML file if it looks like a number; or none, for no such part
  fix:     pulumi config set --type string --path 'webnet:colors.blue.backendTag' <tag> --stack prod`,
  );
  refuses(
    "a tag that was a date",
    { "colors.blue.backendTag": "2024-01-05 00:00:00 +0000 UTC" },
    `
webnet:colors.blue.backendTag
  problem: it stands in the stack's file without quotes, and Pulumi takes it for a date
  got:     2024-01-05T00:00:00.000Z
  allowed: an image tag: 1 to 128 letters, digits, "_", "." and "-", the first one no "." or "-"; quoted in the YAML file if it looks like a number; or none, for no such part
  fix:     pulumi config set --type string --path 'webnet:colors.blue.backendTag' <tag> --stack prod`,
  );
  refuses(
    "a colour that is a text",
    { "colors.green": "v2" },
    `
webnet:colors.green
  problem: its value is not allowed
  got:     "v2"
  allowed: an object with backendTag, frontendTag
  fix:     pulumi config rm --path 'webnet:colors.green' --stack prod
  then:    pulumi config set --path 'webnet:colors.green.backendTag' <tag> --stack prod`,
  );
  refuses(
    "a third colour",
    { "colors.red": { backendTag: "a", frontendTag: "b" } },
    `
webnet:colors.red
  problem: there is no such setting
  got:     an object with backendTag, frontendTag
  allowed: one of blue, green
  fix:     pulumi config rm --path 'webnet:colors.red' --stack prod`,
  );
});
