// The officials' workplace: channels, messages and threads, the app's home tab, dialogs.
import { blocks, entry as drawn, mrkdwn } from "/drawing/slack.js";
import { clock, h, post, stickToEnd, sync, toast } from "./dom.js";
import { dialog } from "./dialog.js";
import { chooser } from "./fields.js";
import { spoken, t } from "./words.js";

const here = { user: null, place: null, tab: "home", thread: null };
const seen = new Map();
const parts = {};
let world = null;
let openLink = () => {};

export function buildDesk(box, open) {
  openLink = open;
  parts.title = h("h2", { id: "desk-title" });
  parts.who = h("select", { onchange: (event) => become(event.target.value) });
  parts.whoLabel = h("label", { class: "who" }, h("span"), parts.who);
  parts.side = h("nav", { class: "side" });
  parts.top = h("div", { class: "channel-top" });
  parts.log = h("div", { class: "log", tabindex: "0", role: "log" });
  parts.foot = h("div", { class: "foot" });
  parts.place = h("div", { class: "place" }, parts.top, parts.log, parts.foot);
  parts.thread = h("div", { class: "thread", hidden: true });
  parts.dialog = h("div", { class: "dialogs" });
  box.append(
    h("div", { class: "head" }, parts.title, parts.whoLabel),
    h("div", { class: "workspace" }, parts.side, parts.place, parts.thread, parts.dialog),
  );
}

export function drawDesk(state) {
  world = state.slack;
  if (!people().some((user) => user.id === here.user)) here.user = widest();
  if (here.place !== "app" && !channels().some((channel) => channel.id === here.place)) {
    here.place = (channels().find((channel) => channel.messages.length) ?? channels()[0])?.id ?? "app";
    here.thread = null;
  }
  parts.title.textContent = t("desk");
  parts.whoLabel.firstChild.textContent = t("official");
  sync(parts.who, people().map((user) => [user.id, [user, spoken()], () => h("option", { value: user.id }, user.official ? user.name : `${user.name} (${t("stranger")})`)]));
  parts.who.value = here.user;
  drawSide();
  if (here.place === "app") drawApp();
  else drawChannel();
  drawThread();
  dialog(parts.dialog, { world, user: here.user, act: actor({}) });
}

const redraw = () => drawDesk({ slack: world });
const people = () => world.users.filter((user) => !user.bot);
const channels = () => world.channels.filter((channel) => !channel.im && !channel.archived && channel.members.includes(here.user));
const direct = () => world.channels.find((channel) => channel.im && channel.members.includes(here.user));
const current = () => (here.place === "app" ? direct() : world.channels.find((channel) => channel.id === here.place));
/** At first the official who is in most channels; of several the last, whom a city file tends to
 * give the most rights. */
function widest() {
  const reach = (user) => world.channels.filter((channel) => channel.members.includes(user.id)).length;
  const officials = people().filter((user) => user.official);
  return (officials.length ? officials : people()).reduce((best, user) => (best && reach(best) > reach(user) ? best : user), null)?.id ?? null;
}

const nameOf = (user) => world.users.find((known) => known.id === user)?.name ?? user;

function become(user) {
  here.user = user;
  here.thread = null;
  if (!channels().some((channel) => channel.id === here.place) && here.place !== "app") here.place = channels()[0]?.id ?? "app";
  if (here.place === "app") openHome();
  redraw();
}

function go(place) {
  here.place = place;
  here.thread = null;
  if (place === "app") openHome();
  redraw();
}

const openHome = () => post("slack/open_home", { user: here.user, tab: here.tab });

// --- the side

function drawSide() {
  const unread = (channel) => channel.messages.filter((message) => message.ts > (seen.get(`${here.user} ${channel.id}`) ?? "")).length;
  const items = [
    ["team", [world.team.name], () => h("div", { class: "team" }, world.team.name)],
    ["channels", [spoken()], () => h("div", { class: "label" }, t("channels"))],
    ...channels().map((channel) => {
      const facts = [channel.name, channel.id === here.place ? 0 : unread(channel), channel.id === here.place];
      return [channel.id, facts, () => way(channel.id, `# ${channel.name}`, facts[1], facts[2])];
    }),
    ["apps", [spoken()], () => h("div", { class: "label" }, t("apps"))],
    ["app", [here.place === "app"], () => way("app", world.app.name, 0, here.place === "app")],
  ];
  sync(parts.side, items);
}

function way(place, name, count, chosen) {
  const badge = count ? h("span", { class: "count" }, String(count)) : null;
  const props = { type: "button", class: place === "app" ? "app" : "", "aria-current": chosen ? "true" : undefined };
  return h("button", { ...props, onclick: () => go(place) }, h("span", {}, name), badge);
}

// --- a channel

function show(key, build) {
  const wanted = `${key} ${here.user} ${spoken()}`;
  if (parts.place.dataset.shows === wanted) return false;
  parts.place.dataset.shows = wanted;
  parts.log.replaceChildren();
  parts.foot.replaceChildren(...build());
  return true;
}

function drawChannel() {
  const channel = current();
  const fresh = show(channel.id, () => [composer(() => current().id, null)]);
  sync(parts.top, [["top", [channel.name, channel.topic], () => h("div", {}, h("strong", {}, `# ${channel.name}`), h("small", {}, channel.topic))]]);
  drawLog(channel, fresh);
}

function drawLog(channel, fresh) {
  const own = (world.ephemerals[here.user] ?? []).filter((message) => message.channel === channel.id && !message.thread_ts);
  const shown = [...channel.messages.filter((message) => !message.thread_ts || message.thread_ts === message.ts), ...own];
  shown.sort((a, b) => (a.ts < b.ts ? -1 : 1));
  const items = shown.map((message) => {
    const answers = channel.messages.filter((answer) => answer.thread_ts === message.ts && answer.ts !== message.ts);
    const data = [message, answers.length, answers[answers.length - 1]?.ts, spoken()];
    return [message.ts, data, () => entry(channel, message, answers)];
  });
  if (!items.length) items.push(["empty", [spoken()], () => h("div", { class: "empty" }, h("strong", {}, t("emptyChannel")), t("hint"))]);
  stickToEnd(parts.log, () => sync(parts.log, items));
  if (fresh) parts.log.scrollTop = parts.log.scrollHeight;
  seen.set(`${here.user} ${channel.id}`, channel.messages[channel.messages.length - 1]?.ts ?? "");
}

function entry(channel, message, answers = []) {
  const app = message.user === world.app.user;
  const marks = message.edited ? [h("small", {}, `(${t("edited")})`)] : [];
  const above = message.only_for ? h("div", { class: "only" }, t("onlyYou")) : null;
  const act = actor({ channel: channel.id, ts: message.ts });
  const body = message.blocks.length ? blocks(message.blocks, act) : h("div", { class: "prose" }, mrkdwn(message.text, act));
  const below = answers.length && !message.only_for ? threadLink(message, answers) : null;
  const who = { name: nameOf(message.user), app: app ? t("app") : "", when: clock(Number(message.ts)) };
  return drawn({ ...who, marks, above, below, only: message.only_for }, body);
}

function threadLink(message, answers) {
  const words = `${answers.length} ${answers.length === 1 ? t("answers1") : t("answers")}`;
  const open = () => {
    here.thread = message.ts;
    redraw();
  };
  return h("button", { type: "button", class: "thread-link", onclick: open }, words);
}

/** What the blocks of a message or a view can do, for the person who looks at it. */
function actor(where) {
  const press = async (block, element, value) => {
    const done = await post("slack/press", { user: here.user, action: element.action_id, block: block.block_id, value, ...where });
    if (!done.ok) toast(done.error === "operation_timeout" ? t("slackFailed") : done.error, "bad");
  };
  const input = (block, element) => chooser(block, element, press);
  return { name: nameOf, link: openLink, press, input };
}

function composer(channel, thread) {
  const words = thread ? t("writeThread") : t("writeIn");
  const input = h("input", { type: "text", "aria-label": words, placeholder: words, autocomplete: "off" });
  const hint = h("button", { type: "button", class: "slash", hidden: true }, world.app.commands[0]);
  input.addEventListener("input", () => {
    hint.hidden = Boolean(thread) || !input.value.startsWith("/") || input.value.startsWith(`${world.app.commands[0]} `);
  });
  hint.addEventListener("click", () => {
    input.value = `${world.app.commands[0]} `;
    hint.hidden = true;
    input.focus();
  });
  const send = async (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (!text) return;
    input.value = "";
    hint.hidden = true;
    const command = text.startsWith("/") && !thread;
    const done = command
      ? await post("slack/command", { user: here.user, channel: channel(), line: text })
      : await post("slack/say", { user: here.user, channel: channel(), text, thread_ts: thread });
    if (!done.ok) toast(done.error === "operation_timeout" ? t("slackFailed") : done.error, "bad");
    parts.log.scrollTop = parts.log.scrollHeight;
  };
  return h("form", { class: "composer", onsubmit: send }, hint, input, h("button", { type: "submit", "aria-label": t("send") }, "➤"));
}

// --- the app: its home tab, and the conversation with it

function drawApp() {
  const tabs = ["home", "messages"].map((tab) => {
    const props = { type: "button", role: "tab", "aria-selected": String(here.tab === tab) };
    const open = () => {
      here.tab = tab;
      openHome();
      redraw();
    };
    return h("button", { ...props, onclick: open }, t(tab));
  });
  sync(parts.top, [["app", [here.tab, spoken()], () => h("div", {}, h("strong", {}, world.app.name), h("div", { class: "tabs", role: "tablist" }, tabs))]]);
  if (here.tab === "messages" && direct()) {
    drawLog(direct(), show("messages", () => [composer(() => world.app.user, null)]));
    return;
  }
  const fresh = show(`app ${here.tab}`, () => (here.tab === "messages" ? [composer(() => world.app.user, null)] : []));
  const view = world.homes[here.user];
  const items = view && here.tab === "home"
    ? [["home", [view.hash, view.id], () => h("div", { class: "home" }, blocks(view.blocks, actor({ view: "home" })))]]
    : [["wait", [spoken(), here.tab], () => h("div", { class: "empty" }, here.tab === "home" ? t("noHome") : t("noMessages"))]];
  sync(parts.log, items);
  if (fresh) parts.log.scrollTop = 0;
}

// --- a thread

function drawThread() {
  const channel = current();
  const parent = here.thread && channel?.messages.find((message) => message.ts === here.thread);
  parts.thread.hidden = !parent;
  if (!parent) {
    parts.thread.dataset.shows = "";
    return;
  }
  const wanted = `${channel.id} ${here.thread} ${here.user} ${spoken()}`;
  if (parts.thread.dataset.shows !== wanted) {
    parts.thread.dataset.shows = wanted;
    parts.threadLog = h("div", { class: "log", tabindex: "0", role: "log", "aria-label": t("thread") });
    const close = () => {
      here.thread = null;
      redraw();
    };
    const top = h("div", { class: "channel-top" }, h("strong", {}, t("thread")), h("button", { type: "button", class: "quiet", "aria-label": t("close"), onclick: close }, "✕"));
    parts.thread.replaceChildren(top, parts.threadLog, composer(() => channel.id, here.thread));
  }
  const mine = (world.ephemerals[here.user] ?? []).filter((message) => message.channel === channel.id && message.thread_ts === parent.ts);
  const answers = [...channel.messages.filter((message) => message.thread_ts === parent.ts && message.ts !== parent.ts), ...mine];
  stickToEnd(parts.threadLog, () => sync(parts.threadLog, [parent, ...answers].map((message) => [message.ts, [message, spoken()], () => entry(channel, message)])));
}
