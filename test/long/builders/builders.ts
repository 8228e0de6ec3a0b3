/** A frontend builder with its tiny application, whose sources lie in `apps/<app>`. */
export interface Builder {
  /** Names the builder in tests. */
  name: string;
  /** The folder of the application, with the builder's exact version in its `package.json`. */
  app: string;
  /** Where the application's sources lie in that folder. */
  sources: string;
  /** The name of the module that says which version it is. */
  versionFile: string;
  /** The folder of files that the builder copies as they are. */
  copied: string;
  /** The folder of the finished build. */
  output: string;
  /** Variables for the build. */
  environment?: Readonly<Record<string, string>>;
  /** Arguments for the build, after those of the application's own script. */
  arguments?: readonly string[];
  /** The address under which the pages lie. Default: `/`. */
  base?: string;
  /** A person's address, as the builder's own links write it. Default: `users/john.doe`. */
  person?: string;
  /** True if unknown addresses are 404 (`webnet:gateway.unknownAddresses: notFound`). Default: they get the top page. */
  everyPageIsAFile?: boolean;
}

const plain = { sources: "src", versionFile: "version.js", copied: "public", output: "dist" };
const next = { ...plain, app: "next", sources: "app", output: ".next", everyPageIsAFile: true };

/** Every builder that is tried. */
export const builders: readonly Builder[] = [
  { ...plain, name: "Vite", app: "vite" },
  { ...plain, name: "Vite below /app", app: "vite", environment: { BASE: "/app/" }, base: "/app/" },
  { ...plain, name: "webpack", app: "webpack" },
  { ...plain, name: "Angular", app: "angular", versionFile: "version.ts" },
  { ...next, name: "Next.js" },
  { ...next, name: "Next.js by webpack", arguments: ["--webpack"] },
  {
    ...next,
    name: "Next.js with slashes",
    environment: { SLASH: "true" },
    person: "users/john.doe/",
  },
  { ...plain, name: "SvelteKit", app: "sveltekit", sources: "src/lib", copied: "static" },
  { ...plain, name: "Astro", app: "astro", everyPageIsAFile: true },
];
