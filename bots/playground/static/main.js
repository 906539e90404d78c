// The page: asks for the state whenever it changes, and has the panes drawn.
import { findPictures } from "/drawing/dom.js";
import { buildDesk, drawDesk } from "./desk.js";
import { LINKS, h } from "./dom.js";
import { buildPhone, drawPhone, openBot, openLink } from "./phone.js";
import { buildTools, drawPanes, drawTools } from "./tools.js";
import { buildWeb, drawWeb, openPage, watchPage } from "./web.js";
import { speak, spoken, t } from "./words.js";

const SHORTEST = 120;
const find = (id) => document.getElementById(id);
const lost = h("div", { class: "lost", role: "alert", hidden: true });
let state = null;
let asking = false;
let again = false;

function draw() {
  if (!state) return;
  if (state.page) findPictures(state.images, state.page);
  drawTools(state);
  drawPhone(state);
  drawDesk(state);
  drawWeb(state);
}

async function refresh() {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  try {
    state = await (await fetch("/_playground/state")).json();
    draw();
  } catch (error) {
    console.error(error);
  }
  setTimeout(() => {
    asking = false;
    if (again) {
      again = false;
      refresh();
    }
  }, SHORTEST);
}

function listen() {
  const events = new EventSource("/_playground/events");
  events.onmessage = refresh;
  events.onopen = () => { lost.hidden = true; };
  events.onerror = () => {
    lost.textContent = t("lostTouch");
    lost.hidden = false;
  };
}

speak(spoken());
buildTools(find("bar"), find("drawer"), () => {
  draw();
  refresh();
}, watchPage);
buildPhone(find("phone"), openPage);
buildDesk(find("desk"), openLink);
buildWeb(find("web"));
document.body.append(lost);
new BroadcastChannel(LINKS).onmessage = (event) => {
  if (typeof event.data?.start === "string") openBot(event.data.start.replace(/[^\w-]/g, "").slice(0, 64));
};
window.addEventListener("resize", drawPanes);
listen();
