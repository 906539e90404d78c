// A resident's phone: chats, messages, buttons, commands.
import { bubble as drawn, keyboard, written } from "/drawing/telegram.js";
import { ours } from "/drawing/dom.js";
import { clock, h, post, stickToEnd, sync, toast } from "./dom.js";
import { spoken, t } from "./words.js";

const here = { resident: null, chat: undefined, menu: false };
const seen = new Map();
const parts = {};
let world = null;
let openPage = () => {};
let pageUrl = "";

export function buildPhone(box, openInPage) {
  openPage = openInPage;
  parts.title = h("h2", { id: "phone-title" });
  parts.people = h("div", { class: "people", role: "tablist" });
  parts.screen = h("div", { class: "screen", role: "tabpanel", id: "phone-screen" });
  parts.time = h("span");
  parts.alert = h("div", { class: "alert", role: "alertdialog", hidden: true });
  parts.snack = h("div", { class: "snack", role: "status", "aria-live": "polite" });
  const status = h("div", { class: "status", "aria-hidden": "true" }, parts.time, h("span", { class: "signal" }));
  box.append(
    h("div", { class: "head" }, parts.title, parts.people),
    h("div", { class: "frame" }, status, parts.screen, parts.snack, parts.alert),
  );
}

/** START with a payload, from a link to the bot. */
export async function openBot(payload) {
  go(here.resident);
  document.body.dataset.pane = "phone";
  const done = await post("telegram/start", { user: here.resident, payload });
  if (!done.ok) toast(done.error, "bad");
}

export function drawPhone(state) {
  world = state.telegram;
  pageUrl = state.page;
  const users = world.users;
  if (!users.some((user) => user.id === here.resident)) {
    here.resident = users[0]?.id ?? null;
    here.chat = undefined;
  }
  parts.title.textContent = t("phone");
  parts.time.textContent = clock(Date.now() / 1000);
  parts.people.setAttribute("aria-label", t("residents"));
  sync(parts.people, users.map((user) => [user.id, [user, user.id === here.resident], () => person(user)]));
  const chat = chats().find((found) => found.id === shownChat());
  if (chat) drawChat(chat);
  else drawList();
}

/** Until somebody chooses, the chat with the city's posts, if there is one. */
function shownChat() {
  return here.chat === undefined ? chats().find((chat) => chat.id < 0 && chat.messages.length)?.id : here.chat;
}

function person(user) {
  const chosen = user.id === here.resident;
  const pick = () => {
    here.resident = user.id;
    if (here.chat > 0) here.chat = user.id;
    redraw();
  };
  const tag = h("span", { class: "tag" }, user.language_code);
  const props = { type: "button", role: "tab", "aria-selected": String(chosen), onclick: pick };
  return h("button", { ...props, "aria-controls": "phone-screen" }, user.first_name, tag);
}

function chats() {
  return world.chats.filter((chat) => !chat.migrated_to && (chat.id > 0 ? chat.id === here.resident : chat.menus[here.resident]));
}

function redraw() {
  drawPhone({ telegram: world, page: pageUrl });
}

function go(chat) {
  here.chat = chat;
  here.menu = false;
  redraw();
}

// --- the list of chats

const title = (chat) => (chat.id > 0 ? world.bot.first_name : chat.title);
const last = (chat) => chat.messages[chat.messages.length - 1];
const mark = (chat) => `${here.resident} ${chat.id}`;

function unread(chat) {
  const known = seen.get(mark(chat)) ?? 0;
  return chat.messages.filter((message) => message.message_id > known && message.from?.id !== here.resident).length;
}

function drawList() {
  screen("list", () => {
    parts.list = h("div", { class: "chats" });
    parts.listTitle = h("div", { class: "top" });
    return [parts.listTitle, parts.list];
  });
  parts.listTitle.textContent = t("chats");
  const ordered = [...chats()].sort((a, b) => (last(b)?.date ?? 0) - (last(a)?.date ?? 0));
  sync(parts.list, ordered.map((chat) => {
    const facts = [title(chat), preview(chat), last(chat)?.date, unread(chat)];
    return [chat.id, [facts, spoken()], () => row(chat, ...facts)];
  }));
}

function row(chat, name, words, date, count) {
  const badge = count ? h("span", { class: "badge" }, String(count)) : null;
  const lines = h("span", { class: "lines" }, h("strong", {}, name), h("span", { class: "preview" }, words));
  const side = h("span", { class: "side" }, date ? clock(date) : "", badge);
  return h("button", { type: "button", class: "chat", onclick: () => go(chat.id) }, face(name, chat.type), lines, side);
}

function preview(chat) {
  const message = last(chat);
  if (!message) return chat.id > 0 ? chat.description?.split("\n")[0] || t("noMessages") : t("noMessages");
  return (message.text ?? message.caption ?? service(message) ?? t("photo")).split("\n")[0];
}

const face = (name, kind) => h("span", { class: `face ${kind}`, "aria-hidden": "true" }, [...name][0] ?? "?");

// --- one chat

function screen(key, build) {
  const wanted = `${key} ${spoken()}`;
  if (parts.screen.dataset.shows === wanted) return false;
  parts.screen.dataset.shows = wanted;
  parts.screen.replaceChildren(...build());
  return true;
}

function drawChat(chat) {
  const fresh = screen(`chat ${here.resident} ${chat.id} ${kindOf(chat)}`, () => {
    parts.top = h("div", { class: "top" });
    parts.log = h("div", { class: "log", tabindex: "0", role: "log", "aria-label": title(chat) });
    return [parts.top, parts.log, ...foot(chat)];
  });
  sync(parts.top, [["top", [title(chat), chat.members, chat.bot, chat.blocked, spoken()], () => top(chat)]]);
  if (parts.menuList) drawMenu(chat);
  const items = chat.messages.map((message) => [message.message_id, [message, spoken()], () => bubble(chat, message)]);
  if (!items.length) items.push(["hello", [chat.description, spoken()], () => hello(chat)]);
  stickToEnd(parts.log, () => sync(parts.log, items));
  if (fresh) parts.log.scrollTop = parts.log.scrollHeight;
  seen.set(mark(chat), last(chat)?.message_id ?? 0);
}

const kindOf = (chat) => [chat.type, chat.started, chat.blocked, chat.admins?.includes(here.resident)].join();

function top(chat) {
  const size = { private: t("bot"), channel: `${chat.members} ${t("followers")}` }[chat.type] ?? `${chat.members} ${t("members")}`;
  const gone = chat.id < 0 && !["member", "administrator"].includes(chat.bot);
  const names = h("span", { class: "names" }, h("strong", {}, title(chat)), h("small", {}, gone ? t("botGone") : size));
  const back = h("button", { type: "button", class: "back", "aria-label": t("back"), onclick: () => go(null) }, "‹");
  return h("div", { class: "names-row" }, back, face(title(chat), chat.type), names, blocker(chat));
}

function blocker(chat) {
  if (chat.type !== "private" || !chat.started || chat.blocked) return null;
  const block = () => post("telegram/block", { user: here.resident, blocked: true });
  return h("button", { type: "button", class: "quiet", title: t("block"), "aria-label": t("block"), onclick: block }, "⊘");
}

function hello(chat) {
  if (chat.type !== "private") return h("div", { class: "service" }, t("noMessages"));
  return h("div", { class: "hello" }, h("strong", {}, t("whatBot")), chat.description || world.bot.first_name);
}

function foot(chat) {
  parts.menuList = null;
  if (chat.type === "private" && chat.blocked) {
    return [big(t("unblock"), () => post("telegram/block", { user: here.resident, blocked: false }))];
  }
  if (chat.type === "private" && !chat.started) return [big(t("start"), () => openBot(""))];
  if (chat.type === "channel") return [h("div", { class: "muted" }, t("cityOnly"))];
  return composer(chat);
}

const big = (words, act) => h("button", { type: "button", class: "big", onclick: act }, words);

function composer(chat) {
  const input = h("input", { type: "text", "aria-label": t("write"), placeholder: t("write"), autocomplete: "off", maxlength: "4096" });
  const send = async (event) => {
    event.preventDefault();
    const text = input.value;
    if (!text.trim()) return;
    input.value = "";
    here.menu = false;
    await say(chat.id, text);
  };
  parts.menuList = h("div", { class: "commands", hidden: !here.menu });
  parts.menuButton = h("button", { type: "button", class: "menu", "aria-expanded": "false", onclick: () => {
    here.menu = !here.menu;
    redraw();
  } }, "☰ ", h("span", {}, t("menu")));
  input.addEventListener("input", () => {
    here.menu = input.value.startsWith("/");
    redraw();
  });
  parts.input = input;
  const go = h("button", { type: "submit", class: "send", "aria-label": t("send") }, "➤");
  return [parts.menuList, h("form", { class: "composer", onsubmit: send }, parts.menuButton, input, go)];
}

function drawMenu(chat) {
  const begun = parts.input.value.startsWith("/") ? parts.input.value.slice(1) : "";
  const known = (chat.menus[here.resident] ?? []).filter((entry) => entry.command.startsWith(begun));
  parts.menuList.hidden = !here.menu || !known.length;
  parts.menuButton.hidden = !(chat.menus[here.resident] ?? []).length;
  parts.menuButton.setAttribute("aria-expanded", String(!parts.menuList.hidden));
  sync(parts.menuList, known.map((entry) => [entry.command, entry, () => {
    const choose = () => {
      here.menu = false;
      parts.input.value = "";
      say(chat.id, `/${entry.command}`);
    };
    return h("button", { type: "button", onclick: choose }, h("strong", {}, `/${entry.command}`), ` ${entry.description}`);
  }]));
}

async function say(chat, text) {
  const done = await post("telegram/send", { user: here.resident, chat, text });
  if (!done.ok) snack(done.error);
  parts.log.scrollTop = parts.log.scrollHeight;
}

// --- messages

function service(message) {
  const who = message.from?.first_name ?? "";
  if (message.new_chat_members) {
    return message.new_chat_members[0].is_bot ? `${who} ${t("joinedBot")}` : `${who} ${t("joined")}`;
  }
  if (message.left_chat_member) return `${who} ${t("leftBot")}`;
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return t("migrated");
  return null;
}

function bubble(chat, message) {
  const told = service(message);
  if (told) return h("div", { class: "service" }, told);
  const own = message.from?.id === here.resident;
  const act = { link: openLink, command: (name) => say(chat.id, name) };
  const author = own || chat.type === "private" ? "" : message.sender_chat?.title ?? message.from?.first_name ?? "";
  const quoted = message.reply_to_message;
  const reply = quoted ? h("div", { class: "reply" }, (quoted.text ?? quoted.caption ?? "").split("\n")[0]) : null;
  const photo = message.photo?.length ? h("img", { alt: message.caption ?? t("photo"), src: `/_playground/telegram/photos/${message.photo[message.photo.length - 1].file_id}` }) : null;
  const words = written(message.text ?? message.caption ?? "", message.entities ?? message.caption_entities, act);
  const when = `${message.edit_date ? `${t("edited")} ` : ""}${clock(message.date)}`;
  const keys = keyboard(message.reply_markup?.inline_keyboard ?? [], (key, made) => press(chat, message, key, made));
  const preview = ours(message.link_preview_options?.url);
  const sheet = preview ? h("img", { alt: "", src: preview }) : null;
  return drawn({ author, above: [reply, photo, sheet], words, when, own }, keys);
}

async function press(chat, message, key, made) {
  if (key.url) return openLink(key.url);
  made.classList.add("waiting");
  const fields = { user: here.resident, chat: chat.id, message_id: message.message_id, data: key.callback_data };
  const answer = await post("telegram/press", { ...fields, wait: 8 });
  made.classList.remove("waiting");
  shown(answer);
}

function shown(answer) {
  if (!answer.ok) return snack(answer.error);
  if (!answer.answered) return snack(t("noAnswer"));
  if (answer.url) openLink(answer.url);
  if (!answer.text) return;
  if (answer.show_alert) alertBox(answer.text);
  else snack(answer.text);
}

function snack(text) {
  const line = h("div", {}, text);
  parts.snack.replaceChildren(line);
  setTimeout(() => line.remove(), 4500);
}

function alertBox(text) {
  const close = () => { parts.alert.hidden = true; };
  const ok = h("button", { type: "button", onclick: close }, t("ok"));
  parts.alert.replaceChildren(h("div", { class: "alert-box" }, h("p", {}, text), ok));
  parts.alert.hidden = false;
  ok.focus();
}

/** Links to the bot open its chat; the city's pages open beside the phone; nothing else opens. */
export function openLink(url) {
  let target;
  try {
    target = new URL(url);
  } catch {
    return;
  }
  const bot = target.host === "t.me" && target.pathname.slice(1).toLowerCase() === world.bot.username.toLowerCase();
  if (bot) openBot(target.searchParams.get("start") ?? "");
  else if (pageUrl && target.origin === new URL(pageUrl).origin) openPage(url);
  else snack(`${t("outside")} ${url}`);
}
