/** What a health check asks. */
export interface ReadinessQuestion {
  /** Whether the image may have neither curl nor wget, as those of Node and Python. */
  kind: "spring" | "plain";
  /** Where the backend says whether it can serve: of letters, digits, and what a shell takes as it stands. */
  url: string;
  /**
   * Seconds after which the engine gives up a check. It kills only the shell. A child of the shell stays with the
   * backend's first process, which may never reap it: so curl ends itself earlier.
   */
  timeoutSeconds: number;
}

/**
 * The health check of a backend, in exec form. Only a 2xx answer is healthy. The check prints the answer, its status
 * first because the engine keeps only the beginning, or the reason why there was none.
 */
export function readinessCheck(question: ReadinessQuestion): string[] {
  const script = [
    // The backend asks itself: a proxy from its environment would not find it.
    "unset http_proxy HTTP_PROXY all_proxy ALL_PROXY",
    ...byCurl(question),
    ...(question.kind === "spring" ? byWget(question) : byWhatThereIs(question)),
  ];
  return ["sh", "-c", script.join("\n")];
}

function byCurl({ url, timeoutSeconds }: ReadinessQuestion): string[] {
  return [
    "failed=0",
    // Base images have the one or the other.
    "if command -v curl >/dev/null 2>&1; then",
    `  answer=$(curl -sS -i --max-time ${(timeoutSeconds * 0.8).toFixed(1)} ${url} 2>&1) || failed=1`,
    '  printf "%s\\n" "$answer"',
    // curl takes every answer for a success.
    "  status=${answer#* }",
    "  case ${status%%[!0-9]*} in 2??) exit $failed;; esac",
    "  exit 1",
    "fi",
  ];
}

function byWget({ url, timeoutSeconds }: ReadinessQuestion): string[] {
  return [
    // BusyBox's wget has no version and hardly any option. It fails on a bad status by itself.
    `wget --version >/dev/null 2>&1 || exec wget -q -O - ${url}`,
    `exec wget -nv -S -t 1 -T ${timeoutSeconds} --max-redirect=0 --content-on-error -O - ${url} 2>&1`,
  ];
}

function byWhatThereIs(question: ReadinessQuestion): string[] {
  return [
    "if command -v wget >/dev/null 2>&1; then",
    ...byWget(question).map((line) => `  ${line}`),
    "fi",
    // In place of the shell, so that the engine's kill reaches it.
    `if command -v node >/dev/null 2>&1; then exec node -e '${byNode(question)}'; fi`,
    ...["python3", "python"].map(
      (python) =>
        `if command -v ${python} >/dev/null 2>&1; then exec ${python} -c '${byPython(question)}'; fi`,
    ),
    'echo "the image has none of curl, wget, node and python3, by which its health could be asked"',
    "exit 1",
  ];
}

function byNode({ url, timeoutSeconds }: ReadinessQuestion): string {
  return [
    "const end=(code,why)=>{console.log(why);process.exit(code)};",
    `setTimeout(end,${timeoutSeconds * 800},1,"no answer in time");`,
    `require("http").get("${url}",answer=>{`,
    "const parts=[];",
    'answer.on("data",part=>parts.push(part)).on("error",error=>end(1,error.message)).on("end",()=>',
    "end(answer.statusCode>199&&answer.statusCode<300?0:1,",
    '"HTTP/1.1 "+answer.statusCode+" "+answer.statusMessage+"\\n"+Buffer.concat(parts)))',
    '}).on("error",error=>end(1,error.message))',
  ].join("");
}

function byPython({ url, timeoutSeconds }: ReadinessQuestion): string {
  const { hostname, port, pathname } = new URL(url);
  return [
    "import sys,http.client",
    "try:",
    ` asked=http.client.HTTPConnection("${hostname}",${port},timeout=${(timeoutSeconds * 0.8).toFixed(1)})`,
    ` asked.request("GET","${pathname}")`,
    " answer=asked.getresponse()",
    ' print("HTTP/1.1",answer.status,answer.reason)',
    ' print(answer.read().decode(errors="replace"))',
    " sys.exit(0 if 199<answer.status<300 else 1)",
    "except Exception as error:",
    " print(error)",
    " sys.exit(1)",
  ].join("\n");
}
