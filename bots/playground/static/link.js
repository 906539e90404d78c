// Stands for https://t.me: tells the playground's page to open the bot's chat on the phone.
import { LINKS } from "./dom.js";

const payload = new URLSearchParams(location.search).get("start") ?? "";
new BroadcastChannel(LINKS).postMessage({ start: payload });
if (window.parent !== window) history.back();
