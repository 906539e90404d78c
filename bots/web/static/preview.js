// Draws each message of a preview from what the channel's adapter would send. Nothing in it acts.
import { h } from "./dom.js";
import { blocks, entry } from "./slack.js";
import { card, message } from "./teams.js";
import { bubble, keyboard, parsed, written } from "./telegram.js";

const nothing = () => {};
const act = { link: nothing, press: nothing, command: nothing, name: (user) => user };

const DRAWN = {
  telegram: ({ text, keyboard: rows, preview }, { author, when, pictures }) => {
    const { text: said, entities } = parsed(text);
    const sheet = h("div", { class: "sheet" }, pictures.map(([url, alt]) => h("img", { src: url, alt })));
    const above = preview && pictures.length ? sheet : null;
    return bubble({ author, above, words: written(said, entities, act), when }, keyboard(rows, nothing));
  },
  slack: (payload, { name, when }) => entry({ name, app: "APP", when }, blocks(payload.blocks, act)),
  teams: (content, { name, when }) => message({ name, when }, card(content, act)),
};

function draw(host, style, said) {
  const { channel, payload, ...around } = JSON.parse(host.dataset.drawn);
  const root = host.attachShadow({ mode: "open" });
  const told = h("p", { class: "told", role: "status" });
  root.append(
    h("link", { rel: "stylesheet", href: style }),
    h("div", { class: `around ${channel}` }, DRAWN[channel](payload, around)),
    told,
  );
  still(root, told, said);
}

/** Whoever presses something is told that it is a preview. */
function still(root, told, said) {
  const stop = (event) => {
    if (event.type === "click" && !event.target.closest("a, button")) return;
    event.preventDefault();
    told.textContent = said;
  };
  root.addEventListener("click", stop);
  root.addEventListener("submit", stop);
}

const { style, said } = document.querySelector("[data-preview]").dataset;
for (const host of document.querySelectorAll("[data-drawn]")) draw(host, style, said);
for (const host of document.querySelectorAll("[data-own]")) {
  if (host.shadowRoot) still(host.shadowRoot, host.shadowRoot.querySelector(".told"), said);
}
