// The city's page in its frame.
import { h } from "./dom.js";
import { drawPanes } from "./tools.js";
import { spoken, t } from "./words.js";

const parts = {};
let page = "";
let front = "";
let watched = "";

export function buildWeb(box) {
  parts.title = h("h2", { id: "web-title" });
  parts.frame = h("iframe", { name: "city", hidden: true });
  parts.wait = h("div", { class: "wait", role: "status" });
  parts.address = h("span");
  parts.front = h("button", { type: "button", onclick: () => openPage(front) }, "⌂");
  parts.out = h("a", { target: "_blank", rel: "noopener" }, "↗");
  box.append(
    h("div", { class: "head" }, parts.title),
    h("div", { class: "browser" }, h("div", { class: "address" }, parts.front, parts.address, parts.out), parts.wait, parts.frame),
  );
}

/** Beside the other panes only: nobody is taken away from what they look at. */
export function watchPage(path) {
  if (page && path !== watched && window.matchMedia("(min-width: 1181px)").matches) load(page + path);
  watched = path;
}

function load(url) {
  parts.frame.src = url;
  parts.address.textContent = url;
  parts.out.href = url;
}

export function openPage(url) {
  watched = "";
  load(url);
  if (window.matchMedia("(max-width: 1180px)").matches) {
    document.body.dataset.pane = "web";
    drawPanes();
  }
}

export function drawWeb(state) {
  parts.title.textContent = t("web");
  parts.frame.title = t("pageAddress");
  parts.wait.textContent = t("starting");
  for (const [part, words] of [[parts.front, t("front")], [parts.out, t("newWindow")]]) {
    part.title = words;
    part.setAttribute("aria-label", words);
  }
  page = state.page;
  parts.wait.hidden = Boolean(page);
  parts.frame.hidden = !state.page;
  const wanted = state.page && `${state.page}/${spoken()}/`;
  const key = `${state.page} ${state.starts}`;
  if (wanted && key !== parts.frame.dataset.shows) {
    parts.frame.dataset.shows = key;
    front = wanted;
    watched = "";
    load(wanted);
  }
}
