import assert from "node:assert/strict";
import { OwnProject } from "./own-project.ts";

describe("the packages of an image", () => {
  it("are asked for again after an attempt that failed", async () => {
    const project = new OwnProject({ "apt-get": "echo no mirror >&2; exit 1", perl: "exit 0" });
    try {
      const told = await project.run(`
        import { writeFileSync } from "node:fs";
        const { packagesTar } = await import("./dev/toolchain/images/packages.ts");
        const packages = { suite: "sid", packages: ["x"] };
        await packagesTar(packages).catch((error) => console.log(error.message.split("\\n")[1]));
        writeFileSync("fakes/apt-get", "#!/bin/sh\\nexit 0\\n");
        await packagesTar(packages);
        console.log("made");`);
      assert.equal(told, "no mirror\nmade\n");
    } finally {
      project.remove();
    }
  });
});
