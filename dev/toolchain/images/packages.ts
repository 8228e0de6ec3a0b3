import { createWriteStream, existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import { run } from "./command.ts";
import { packagesHash, type PackageSet } from "./description.ts";
import { imagesFolder } from "./place.ts";
import { copyTar } from "./tar.ts";
import { unpacker } from "./tools.ts";

/**
 * Path prefixes that no image needs: devices, the packager's own files, documentation, languages, files for installing,
 * booting or logging in, and paths that the catalogue makes itself.
 */
const alwaysDropped = [
  "dev/",
  "tmp/",
  "etc/apparmor",
  "etc/apt/",
  "etc/cron",
  "etc/debconf",
  "etc/default/",
  "etc/dpkg/",
  "etc/fstab",
  "etc/group",
  "etc/hostname",
  "etc/init.d/",
  "etc/logrotate.d/",
  "etc/nginx/modules-",
  "etc/nginx/sites-",
  "etc/nginx/snippets/",
  "etc/pam",
  "etc/passwd",
  "etc/resolv.conf",
  "etc/security/",
  "etc/skel/",
  "etc/systemd/",
  "etc/ufw/",
  "usr/bin/deb",
  "usr/bin/openssl",
  "usr/bin/perl",
  "usr/lib/init/",
  "usr/lib/mysql/plugin/authentication_",
  "usr/lib/mysql/plugin/component_telemetry",
  "usr/lib/mysql/plugin/group_replication",
  "usr/lib/mysql/plugin/telemetry_client",
  "usr/lib/systemd/",
  "usr/share/apport/",
  "usr/share/bash-completion/",
  "usr/share/bug/",
  "usr/share/debconf/",
  "usr/share/doc/",
  "usr/share/doc-base/",
  "usr/share/initramfs-tools/",
  "usr/share/lintian/",
  "usr/share/locale/",
  "usr/share/man/",
  "usr/share/perl",
  "usr/share/vim/",
  "usr/share/zsh/",
  "var/",
];

/** Folders whose files need more packages than libc's: character set conversions, perl, modules of OpenSSL. */
const droppedAnywhere = /\/(gconv|perl|perl-base|perl5|engines-3|ossl-modules)\//;

const pending = new Map<string, Promise<string>>();

/**
 * Makes an uncompressed tar of the packages and their dependencies once, keeps it, and returns its path. Runs no
 * maintainer scripts, and so needs no privileges and nothing of the machine's own system.
 *
 * @throws with mmdebstrap's last messages when packages can't be fetched.
 */
export function packagesTar(packages: PackageSet): Promise<string> {
  const file = join(imagesFolder, `packages-${packagesHash(packages)}.tar`);
  const known = pending.get(file);
  if (known) return known;
  const made = existsSync(file) ? Promise.resolve(file) : unpack(packages, file);
  pending.set(file, made);
  // A failed attempt must not stand for the next one.
  made.catch(() => pending.delete(file));
  return made;
}

async function unpack({ suite, packages, drop = [] }: PackageSet, file: string): Promise<string> {
  await mkdir(imagesFolder, { recursive: true });
  const { file: program, args } = await unpacker();
  const dropped = [...alwaysDropped, ...drop];
  const keep = (path: string): boolean =>
    !dropped.some((prefix) => `${path}/`.startsWith(prefix)) && !droppedAnywhere.test(`/${path}/`);
  const unfinished = `${file}.${process.pid}`;
  await run(
    program,
    [
      ...args,
      "--quiet",
      "--mode=chrootless",
      "--variant=extract",
      "--format=tar",
      // Sid and forky move: the copy of a mirror may be older than its signature allows.
      '--aptopt=Acquire::Check-Valid-Until "false"',
      `--include=${packages.join(",")}`,
      suite,
      "-",
    ],
    {
      output: async (stdout) => {
        const out = pack();
        const copying = copyTar(stdout, out, keep).then(() => {
          out.finalize();
        });
        await Promise.all([copying, pipeline(out, createWriteStream(unfinished))]);
      },
    },
  );
  await rename(unfinished, file);
  return file;
}
