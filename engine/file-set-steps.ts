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

const live = `$(readlink ${liveLink} || true)`;

/** What an earlier webnet wrote are plain files: each is replaced by its link in one step, so that none is ever missing. */
const show = `
former="${live}"
[ -d "$generation" ] || ${busy}
if [ -n "$note" ]; then
  mkdir -p ${notesDirectory}
  printf %s "$note" > "${notesDirectory}/next$generation"
  mv -T "${notesDirectory}/next$generation" "${notesDirectory}/${pendingNote}$generation"
fi
${point("$generation")}
for path in "$generation"/* "$generation"/.[!.]*; do
  [ -e "$path" ] || continue
  name=\${path##*/}
  if [ -L "./$name" ]; then continue; fi
  if [ -d "./$name" ]; then mv -T "./$name" "..old$generation$name"; fi
  ln -sfn "${liveLink}/$name" "$generation.next"
  mv -T "$generation.next" "./$name"
done`;

/**
 * Removes everything but the directory `$generation`, and what another update may still be writing. Another update may
 * move the link meanwhile: names are kept that are among the files which are read then.
 */
const clean = `
own=\${generation#..}
own=\${own%%-*}
for entry in * .[!.]* ..?*; do
  [ -e "$entry" ] || [ -L "$entry" ] || continue
  case $entry in
    ${liveLink} | ${notesDirectory} | "$generation") continue ;;
    ..[0-9]*)
      written=\${entry#..}
      written=\${written%%-*}
      case $written in
        *[!0-9]*) ;;
        *) if [ "$entry" != "$former" ] && [ $((own - written)) -lt ${youngest} ]; then continue; fi ;;
      esac
      ;;
    *) if [ -e "${liveLink}/$entry" ]; then continue; fi ;;
  esac
  rm -rf "./$entry"
done`;

/**
 * The note becomes that of the last complete change in one move. Only then are the notes of killed updates removed, whose
 * files nobody reads any more.
 */
const settle = `
[ "${live}" = "$generation" ] || ${busy}
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
export const settleScript = `generation=$1 note=$2 former=$3\n${settle}`;

/** {@link showScript} and {@link settleScript} at once. */
export const showAloneScript = `generation=$1 note=$2\n${show}\n${settle}`;

/** Arguments: the directory, and the former one. */
export const takeBackScript = `
generation=$1 former=$2
[ "${live}" = "$generation" ] || ${busy}
[ -n "$former" ] && [ -d "$former" ] || { echo "the former files are gone" >&2; exit 1; }
${point("$former")}`;

/** Arguments: the directory that is read again, nothing, and the one that was not taken. */
export const undoneScript = `
generation=$1 former=$3
[ "${live}" = "$generation" ] || ${busy}
rm -f "${notesDirectory}/${pendingNote}$former"
${clean}`;

/** Argument: the directory. */
export const discardScript = `[ "${live}" = "$1" ] || rm -rf "./$1"`;
