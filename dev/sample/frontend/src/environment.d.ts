interface ImportMetaEnv {
  /** Set at build. */
  readonly APP_VERSION: string;
}

/** Made at build, and too large to be loaded with the page. */
declare module "made/words.json" {
  const words: readonly string[];
  export default words;
}
