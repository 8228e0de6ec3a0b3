/** The largest time that every file system can keep: an XFS of ten years ago ends in 2038. */
const mostSeconds = 0x7f_ff_ff_ff;

/**
 * The time that every file of a release's frontend has. It stands for the release: nginx makes a file's tag (`ETag`) of
 * its time and size, and two builds with fixed times, or published in the same second, would give a browser the old page
 * for the new one.
 */
export function releaseTime(release: string): Date {
  const [, hash = "0"] = release.split("-");
  return new Date((Number.parseInt(hash, 16) & mostSeconds) * 1000);
}
