import { certificateTest } from "./certificate-test.ts";
import { certificatesDirectory } from "./layout.ts";

/**
 * Shell lines that an nginx runs before it starts: if it can't serve the pair that it is to serve, as after a power cut
 * that left empty files, it goes back to the newest one that it can. Without one it would end at each start, by http too.
 */
export const fallBackAtStart = [
  `( cd ${certificatesDirectory} 2> /dev/null || exit 0`,
  ...certificateTest,
  'if [ -L current ] && ! fits "$PWD/current"; then',
  "  for pair in $(ls -td -- */ | tr -d / | grep -vx current); do",
  '    if fits "$PWD/$pair"; then',
  '      ln -sfn "$pair" .next-start && mv -T .next-start current',
  '      echo "webnet: the certificate can\'t be served; the former one is" >&2',
  "      break",
  "    fi",
  "  done",
  "fi",
  ")",
];
