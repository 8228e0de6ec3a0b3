import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { programsOnPath, type BrowserProgram } from "../../../../dev/toolchain/browser-program.ts";
import { firstWorking } from "../../../../dev/toolchain/browser.ts";

describe("the browser of the tests", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "browser "));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function put(place: string, name: string, mode = 0o755): string {
    mkdirSync(join(folder, place), { recursive: true });
    const file = join(folder, place, name);
    writeFileSync(file, "");
    chmodSync(file, mode);
    return file;
  }

  function found(...places: string[]): string[] {
    const path = ["", ...places.map((place) => join(folder, place))].join(delimiter);
    return programsOnPath(path).map(({ executable }) => executable);
  }

  it("is looked for on the PATH, by its likeliest name first and then in the PATH's order", () => {
    const hint = put("a", "chromium-browser");
    const second = put("b", "chromium");
    const first = put("a", "chromium");
    put("a", "firefox");
    assert.deepEqual(found("a", "b"), [first, second, hint]);
  });

  it("is a file that may be run", () => {
    put("a", "chromium", 0o644);
    mkdirSync(join(folder, "a", "google-chrome"));
    assert.deepEqual(found("a", "missing"), []);
  });

  it("is the first that works, and none where none does", async () => {
    const programs = ["broken", "good", "never asked"].map((executable) => ({ executable, env: {} }));
    const asked: string[] = [];
    const works = (name: string) => async (program: BrowserProgram) => {
      asked.push(program.executable);
      return await Promise.resolve(program.executable === name);
    };
    assert.equal((await firstWorking(programs, works("good")))?.executable, "good");
    assert.deepEqual(asked, ["broken", "good"]);
    assert.equal(await firstWorking(programs, works("absent")), undefined);
  });
});
