/** What a client sends that no good client sends. */
export interface Attack {
  name: string;
  bytes: Buffer;
  /** Whether it speaks HTTP/2. Default: no */
  isHttp2?: boolean;
}
