interface ImportMetaEnv {
  /** Set at build. */
  readonly APP_VERSION: string;
}
