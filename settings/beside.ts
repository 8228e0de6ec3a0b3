/**
 * What settings need besides the values that Pulumi hands over. Pulumi decrypts those, and doesn't say which nested value
 * was encrypted.
 */
export interface Beside {
  /** The folder of the stack's file; paths in the config are relative to it. Default: the program's own */
  directory?: string;
  /** `webnet:backend` as the stack's file has it, encrypted values and all. Default: nobody knows */
  backend?: unknown;
}
