import { Component, inject, signal } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";
import { provideRouter, Router, RouterLink, RouterOutlet } from "@angular/router";
import { version } from "./version";

@Component({
  selector: "app-where",
  template: `<p id="where">{{ router.url }}</p>`,
})
class Where {
  readonly router = inject(Router);
}

@Component({
  selector: "app-root",
  imports: [RouterLink, RouterOutlet],
  template: `
    <h1 class="picture">Angular</h1>
    <p id="version">{{ version }}</p>
    <p id="texts">{{ texts() }}</p>
    <router-outlet />
    <a routerLink="/">Start</a> <a routerLink="/users/john.doe">John</a> <a routerLink="/more">More</a>
  `,
})
class Root {
  readonly version = version;
  readonly texts = signal("");

  constructor() {
    void this.read();
  }

  private async read(): Promise<void> {
    const answer = await fetch("assets/i18n/en.json");
    this.texts.set(((await answer.json()) as { text: string }).text);
  }
}

await bootstrapApplication(Root, {
  providers: [
    provideRouter([
      { path: "", component: Where },
      { path: "users/:name", component: Where },
      { path: "more", loadComponent: () => import("./late").then(({ Late }) => Late) },
    ]),
  ],
});
