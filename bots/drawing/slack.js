// Slack's texts and Block Kit as elements. `act` has `press(block, element)`, `link(url)`,
// `name(user)`, and for what is filled in `field(block)` and `input(block, element)`.
import { h, link as linked, picture as drawn } from "./dom.js";

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const unescape = (text) => text.replace(/&(lt|gt|amp);/g, (found) => ENTITIES[found]);
const GROUPS = { channel: "@channel", here: "@here", everyone: "@everyone" };

const link = (url, words, act) => linked(url, words, act.link);

/** A mrkdwn text: mentions, links, *bold*, _italic_, ~struck~, `code`. */
export function mrkdwn(text, act) {
  const nodes = [];
  const pattern = /<([^<>]+)>|\*([^*\n]+)\*|(?<!\w)_([^_\n]+)_(?!\w)|~([^~\n]+)~|`([^`\n]+)`/g;
  let place = 0;
  for (const found of text.matchAll(pattern)) {
    nodes.push(unescape(text.slice(place, found.index)));
    place = found.index + found[0].length;
    const [, angle, bold, italic, struck, code] = found;
    if (angle) nodes.push(angled(angle, act));
    else if (bold) nodes.push(h("strong", {}, mrkdwn(bold, act)));
    else if (italic) nodes.push(h("em", {}, mrkdwn(italic, act)));
    else if (struck) nodes.push(h("s", {}, mrkdwn(struck, act)));
    else nodes.push(h("code", {}, unescape(code)));
  }
  nodes.push(unescape(text.slice(place)));
  return nodes.filter((node) => node !== "");
}

function angled(inside, act) {
  const [what, label] = inside.split("|");
  if (what.startsWith("@")) return h("span", { class: "mention" }, `@${act.name(what.slice(1))}`);
  if (what.startsWith("!")) return h("span", { class: "mention" }, GROUPS[what.slice(1)] ?? label ?? what);
  if (what.startsWith("#")) return h("span", { class: "mention" }, `#${label ?? what.slice(1)}`);
  return link(unescape(what), unescape(label ?? what), act);
}

const textOf = (object, act) => (object.type === "mrkdwn" ? mrkdwn(object.text, act) : [object.text]);

export function blocks(list, act) {
  return list.map((block) => (KINDS[block.type] ?? unknown)(block, act));
}

const unknown = (block) => h("div", { class: "block note" }, `[${block.type}]`);

const KINDS = {
  header: (block) => h("div", { class: "block header" }, block.text.text),
  divider: () => h("hr", { class: "block" }),
  section: (block, act) => h("div", { class: "block section" },
    h("div", { class: "grow" }, block.text ? h("div", { class: "prose" }, textOf(block.text, act)) : null,
      block.fields ? h("div", { class: "fields" }, block.fields.map((field) => h("div", {}, textOf(field, act)))) : null),
    block.accessory ? element(block, block.accessory, act) : null),
  context: (block, act) => h("div", { class: "block note" }, block.elements.map((entry) =>
    entry.type === "image" ? picture(entry) : h("span", {}, textOf(entry, act)))),
  actions: (block, act) => h("div", { class: "block actions" }, block.elements.map((entry) => element(block, entry, act))),
  image: (block) => h("figure", { class: "block" }, block.title ? h("figcaption", {}, block.title.text) : null, picture(block)),
  markdown: (block) => h("div", { class: "block prose" }, block.text),
  rich_text: (block, act) => h("div", { class: "block rich" }, block.elements.map((part) => rich(part, act))),
  input: (block, act) => act.field(block),
};

const picture = (image) => drawn(image.image_url, image.alt_text);

function rich(part, act) {
  const inner = () => part.elements.map((entry) => inline(entry, act));
  if (part.type === "rich_text_list") {
    const tag = part.style === "ordered" ? "ol" : "ul";
    return h(tag, {}, part.elements.map((item) => h("li", {}, item.elements.map((entry) => inline(entry, act)))));
  }
  const tag = { rich_text_quote: "blockquote", rich_text_preformatted: "pre" }[part.type] ?? "div";
  return h(tag, { class: "prose" }, inner());
}

function inline(entry, act) {
  if (entry.type === "link") return styled(entry.style, link(entry.url, entry.text ?? entry.url, act));
  if (entry.type === "user") return h("span", { class: "mention" }, `@${act.name(entry.user_id)}`);
  if (entry.type === "broadcast") return h("span", { class: "mention" }, `@${entry.range}`);
  if (entry.type === "emoji") return `:${entry.name}:`;
  return styled(entry.style, entry.text ?? "");
}

function styled(style, inner) {
  const tags = { bold: "strong", italic: "em", strike: "s", code: "code" };
  return Object.entries(tags).reduce((node, [name, tag]) => (style?.[name] ? h(tag, {}, node) : node), inner);
}

// --- what can be pressed

function element(block, entry, act) {
  if (entry.type === "button") return button(block, entry, act);
  if (entry.type === "image") return picture(entry);
  return act.input(block, entry);
}

function button(block, entry, act) {
  const made = h("button", { type: "button", class: `slack-button ${entry.style ?? ""}` }, entry.text.text, entry.url ? " ↗" : "");
  made.addEventListener("click", async () => {
    if (entry.confirm && !window.confirm(entry.confirm.text?.text ?? entry.confirm.title.text)) return;
    if (entry.url) act.link(entry.url);
    made.disabled = true;
    await act.press(block, entry);
    made.disabled = false;
  });
  return made;
}

// --- a message

/** Who wrote it (`app`: the badge of an app), when, what stands above and below. */
export function entry({ name, app, when, marks = [], above = null, below = null, only = false }, body) {
  const badge = app ? h("span", { class: "app-badge" }, app) : null;
  const by = h("div", { class: "by" }, h("strong", {}, name), badge, h("time", {}, when), marks);
  const face = h("span", { class: `avatar ${app ? "bot" : ""}`, "aria-hidden": "true" }, [...name][0]);
  return h("article", { class: `entry ${only ? "private" : ""}` }, face, h("div", { class: "grow" }, above, by, body, below));
}
