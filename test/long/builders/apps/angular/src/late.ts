import { Component } from "@angular/core";
import { version } from "./version";

@Component({ selector: "app-late", template: `<p id="late">late of {{ version }}</p>` })
export class Late {
  readonly version = version;
}
