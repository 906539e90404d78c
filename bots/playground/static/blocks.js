// Slack's texts and Block Kit as elements. `act` has `press(block, element, value)`, `link(url)`
// and `name(user)`.
import { h } from "./dom.js";
import { t } from "./words.js";

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const unescape = (text) => text.replace(/&(lt|gt|amp);/g, (found) => ENTITIES[found]);
const GROUPS = { channel: "@channel", here: "@here", everyone: "@everyone" };

const link = (url, words, act) => {
  const open = (event) => {
    event.preventDefault();
    act.link(url);
  };
  return h("a", { href: /^https?:/i.test(url) ? url : "#", rel: "noreferrer", onclick: open }, words);
};

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
  header: (block) => h("h4", { class: "block" }, block.text.text),
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

/** Pictures from elsewhere are not fetched: their words stand for them. */
const picture = (image) => h("span", { class: "picture", role: "img", "aria-label": image.alt_text }, image.alt_text);

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
  if (entry.type === "overflow" || entry.type.endsWith("_select")) return select(block, entry, act);
  if (entry.type === "image") return picture(entry);
  const field = inputFor(entry);
  field.addEventListener("change", () => act.press(block, entry, valueOf(field)));
  return field;
}

function button(block, entry, act) {
  const made = h("button", { type: "button", class: `slack-button ${entry.style ?? ""}` }, entry.text.text, entry.url ? " ↗" : "");
  made.addEventListener("click", async () => {
    if (entry.confirm && !window.confirm(entry.confirm.text?.text ?? t("areYouSure"))) return;
    if (entry.url) act.link(entry.url);
    made.disabled = true;
    await act.press(block, entry);
    made.disabled = false;
  });
  return made;
}

function select(block, entry, act) {
  const field = inputFor({ ...entry, type: "static_select", placeholder: entry.placeholder });
  field.addEventListener("change", () => act.press(block, entry, valueOf(field)));
  return field;
}

// --- fields: each element knows how to tell its value as the control API wants it

const values = new WeakMap();
export const valueOf = (field) => values.get(field)();

export function inputFor(entry) {
  const [field, value] = FIELDS[entry.type]?.(entry) ?? line(entry);
  values.set(field, value);
  return field;
}

const FIELDS = {
  plain_text_input: line,
  static_select: one,
  radio_buttons: (entry) => boxes(entry, "radio"),
  checkboxes: (entry) => boxes(entry, "checkbox"),
  multi_static_select: (entry) => boxes(entry, "checkbox"),
  datetimepicker: moment,
  datepicker: (entry) => typed(entry, "date", entry.initial_date),
  timepicker: (entry) => typed(entry, "time", entry.initial_time),
};

function line(entry) {
  const props = { value: entry.initial_value ?? "", maxlength: entry.max_length, placeholder: entry.placeholder?.text };
  const field = entry.multiline ? h("textarea", { rows: "4", ...props }) : h("input", { type: "text", ...props });
  return [field, () => field.value];
}

function typed(entry, type, first) {
  const field = h("input", { type, value: first ?? "" });
  return [field, () => field.value || null];
}

const optionsOf = (entry) => entry.options ?? (entry.option_groups ?? []).flatMap((group) => group.options);

function one(entry) {
  const options = optionsOf(entry).map((option) => h("option", { value: option.value }, option.text.text));
  const field = h("select", {}, h("option", { value: "" }, entry.placeholder?.text ?? t("choose")), options);
  field.value = entry.initial_option?.value ?? "";
  return [field, () => field.value || null];
}

function boxes(entry, type) {
  const first = new Set([...(entry.initial_options ?? []), entry.initial_option].filter(Boolean).map((option) => option.value));
  const inputs = optionsOf(entry).map((option) => h("input", { type, name: entry.action_id, value: option.value, checked: first.has(option.value) }));
  const labels = optionsOf(entry).map((option, number) => h("label", {}, inputs[number], " ", option.text.text));
  const chosen = () => inputs.filter((input) => input.checked).map((input) => input.value);
  return [h("div", { class: "boxes", role: "group" }, labels), () => (type === "radio" ? (chosen()[0] ?? null) : chosen())];
}

function moment(entry) {
  const field = h("input", { type: "datetime-local" });
  if (entry.initial_date_time) {
    const local = new Date(entry.initial_date_time * 1000);
    field.value = new Date(local - local.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  }
  return [field, () => (field.value ? Math.floor(new Date(field.value).getTime() / 1000) : null)];
}
