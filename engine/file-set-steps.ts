/**
 * The link to the directory of the files that are read. Each file's name is a link to its file below this link: one move
 * of it changes all files. Who reads a directory of settings, such as Spring, skips names with two dots in front.
 */
export const liveLink = "..data";

/** The directory with the volume's own notes of its changes. */
export const notesDirectory = "..change";
/** The note of the last complete change. */
export const doneNote = "done";
/** How the name of a note begins whose change is pending. */
export const pendingNote = "pending";

/** A directory that is being written may be this old, in milliseconds. Writing one takes seconds. */
const youngest = 600_000;

const busy = `{ echo "another update wrote them at the same time. Wait until it has ended, then run pulumi up again" >&2; exit 1; }`;

/** Moves the link in one step, by a name that no other update uses. */
const point = (directory: string): string =>
  [`ln -sfn "${directory}" "$generation.next"`, `mv -T "$generation.next" ${liveLink}`].join("\n");

/**
 * `live` prints the directory that the link names. If a link can't be read, that is no "there is none": the directory would
 * then be taken for a leftover. As a command in a test would hide the error, it is only ever assigned.
 *
 * `names` gives each file of a directory its name. What an earlier webnet wrote are plain files: each is replaced by its
 * link in one step, so that none is ever missing.
 */
const functions = `
live() { if [ -L ${liveLink} ]; then readlink ${liveLink}; fi; }
names() {
  for path in "$1"/* "$1"/.[!.]*; do
    [ -e "$path" ] || continue
    name=\${path##*/}
    if [ -L "./$name" ] && [ "$(readlink "./$name")" = "${liveLink}/$name" ]; then continue; fi
    if [ -d "./$name" ]; then mv -T "./$name" "..old$generation$name" || return 1; fi
    ln -sfn "${liveLink}/$name" "$generation.next" || return 1
    mv -T "$generation.next" "./$name" || return 1
  done
}`;

const mustBeLive = `now=$(live)\n[ "$now" = "$generation" ] && [ -d "$generation" ] || ${busy}`;

/** If a name can't be made, as on a full disk, the former files are read again. */
const show = `${functions}
former=$(live)
[ -d "$generation" ] || ${busy}
if [ -n "$note" ]; then
  mkdir -p ${notesDirectory}
  printf %s "$note" > "${notesDirectory}/next$generation"
  mv -T "${notesDirectory}/next$generation" "${notesDirectory}/${pendingNote}$generation"
fi
${point("$generation")}
if ! names "$generation"; then
  if [ -n "$former" ] && [ -d "$former" ]; then
${point("$former")}
  fi
  exit 1
fi`;

/**
 * Removes everything but the directory `$generation`, and what another update may still be writing. Another update may
 * move the link meanwhile: its directory and the names of its files are kept, and made again if they were gone just then.
 */
const clean = `
own=\${generation#..}
own=\${own%%-*}
# The way back makes an old directory the one that is read: the time of this change is that of the newer one.
other=\${former#..}
other=\${other%%-*}
case $other in
  '' | *[!0-9]*) ;;
  *) if [ "$other" -gt "$own" ]; then own=$other; fi ;;
esac
for entry in * .[!.]* ..?*; do
  [ -e "$entry" ] || [ -L "$entry" ] || continue
  case $entry in
    ${liveLink} | ${notesDirectory} | "$generation") continue ;;
    ..[0-9]*)
      now=$(live)
      [ "$entry" != "$now" ] || continue
      written=\${entry#..}
      written=\${written%%-*}
      case $written in
        *[!0-9]*) ;;
        *)
          age=$((own - written))
          # A time that lies far ahead is that of a clock that was wrong.
          if [ "$entry" != "$former" ] && [ $age -lt ${youngest} ] && [ $age -gt -${youngest} ]; then continue; fi
          ;;
      esac
      ;;
    *) if [ -e "${liveLink}/$entry" ]; then continue; fi ;;
  esac
  rm -rf "./$entry"
done
now=$(live)
[ -z "$now" ] || names "$now"
${mustBeLive}`;

/**
 * The note becomes that of the last complete change in one move. Only then are the notes of killed updates removed, whose
 * files nobody reads any more.
 */
const settle = `
${mustBeLive}
if [ -n "$note" ]; then
  if ! mv -T "${notesDirectory}/${pendingNote}$generation" ${notesDirectory}/${doneNote} 2> /dev/null; then
    # Another update has removed the note, as one of a killed update.
    printf %s "$note" > "${notesDirectory}/next$generation"
    mv -T "${notesDirectory}/next$generation" ${notesDirectory}/${doneNote}
  fi
  rm -f ${notesDirectory}/${pendingNote}*
fi
${clean}`;

/** Arguments: the directory, and its note; empty if the volume keeps none. Prints the former directory. */
export const showScript = `generation=$1 note=$2\n${show}\necho "$former"`;

/** Arguments: those of {@link showScript}, and the former directory. */
export const settleScript = `generation=$1 note=$2 former=$3\n${functions}\n${settle}`;

/** {@link showScript} and {@link settleScript} at once. */
export const showAloneScript = `generation=$1 note=$2\n${show}\n${settle}`;

/** Arguments: the directory, and the former one. */
export const takeBackScript = `
generation=$1 former=$2
${functions}
${mustBeLive}
[ -n "$former" ] && [ -d "$former" ] || { echo "the former files are gone" >&2; exit 1; }
${point("$former")}`;

/** Arguments: the directory that is read again, and the one that was not taken. */
export const undoneScript = `
generation=$1 former=$2
${functions}
${mustBeLive}
rm -f "${notesDirectory}/${pendingNote}$former"
${clean}`;

/** Argument: the directory. */
export const discardScript = `${functions}\nnow=$(live)\n[ "$now" = "$1" ] || rm -rf "./$1"`;
