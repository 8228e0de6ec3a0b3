import "./style.css";
import { version } from "./version.js";

const base = import.meta.env.BASE_URL;

document.body.innerHTML = `
  <h1 class="picture">Vite</h1>
  <p id="version">${version}</p><p id="texts"></p><p id="where"></p><p id="late"></p>
  <a href="${base}">Start</a> <a href="${base}users/john.doe">John</a> <button>More</button>`;

const put = (id, text) => {
  document.getElementById(id).textContent = text;
};
const where = () => put("where", location.pathname.slice(base.length - 1));

for (const link of document.querySelectorAll("a"))
  link.addEventListener("click", (event) => {
    event.preventDefault();
    history.pushState(null, "", link.getAttribute("href"));
    where();
  });
addEventListener("popstate", where);
document
  .querySelector("button")
  .addEventListener("click", async () => put("late", (await import("./late.js")).late()));
where();
put("texts", (await (await fetch(`${base}assets/i18n/en.json`)).json()).text);
