interface ImportMetaEnv {
  /** The build sets it. */
  readonly APP_VERSION: string;
}

/** The build makes this file. It is too large to load with the page. */
declare module "made/words.json" {
  const words: readonly string[];
  export default words;
}
