// A list of messages: in the order of their numbers, changed in place, and no longer than a page can bear.
import { state } from "./api.js";
import { dayOf, showTimes } from "./times.js";

const NEAR = 120; // pixels from the end that still count as being there
const MOST = 150; // messages that stay while new ones come
const CLOSE = 5 * 60_000; // milliseconds between messages that stand as one

const maker = document.createElement("template");

function made(html) {
  maker.innerHTML = html; // made by the server, which escapes every word that somebody wrote
  return maker.content.firstElementChild;
}

export class List {
  constructor(list, scroller, { older, onNew, inThread = false } = {}) {
    Object.assign(this, { list, scroller, older, onNew, inThread });
    this.isWhole = true;
    this.waiting = new Map();
    this.isBusy = false;
    scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    new ResizeObserver(() => this.isAtEnd && this.toEnd()).observe(scroller);
    this.isAtEnd = true;
  }

  adopt() {
    for (const message of this.messages()) this.dress(message);
    this.group();
    showTimes(this.list);
    this.toEnd();
  }

  messages() { return [...this.list.querySelectorAll(":scope > .message")]; }
  get first() { return this.list.querySelector(":scope > .message"); }
  get last() { return this.list.querySelector(":scope > .message:last-of-type"); }
  find(id) { return this.list.querySelector(`:scope > .message[data-id="${Number(id)}"]`); }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.isAtEnd = true;
  }

  replace(messages) {
    this.list.replaceChildren();
    this.waiting.clear();
    this.isAtEnd = true;
    this.put(messages);
    this.flush();
  }

  // Many at once are drawn once, before the next frame.
  put(messages) {
    for (const message of messages) {
      const known = this.waiting.get(message.id);
      if (!known || known.stamp <= message.stamp) this.waiting.set(message.id, message);
    }
    if (this.waiting.size && !this.isBusy) {
      this.isBusy = true;
      setTimeout(() => this.flush(), 16);
    }
  }

  flush() {
    this.isBusy = false;
    const batch = [...this.waiting.values()].sort((one, other) => one.id - other.id);
    this.waiting.clear();
    const fresh = [];
    for (const message of batch) if (this.draw(message)) fresh.push(message);
    if (this.isAtEnd) this.shorten();
    this.group();
    if (this.isAtEnd) this.toEnd();
    if (fresh.length) this.onNew?.(fresh);
  }

  draw(message) {
    const old = this.find(message.id);
    if (message.gone) {
      old?.remove();
      return false;
    }
    if (old && Number(old.dataset.stamp ?? 0) >= message.stamp) return false;
    const drawn = made(message.html);
    drawn.dataset.stamp = message.stamp;
    this.dress(drawn);
    showTimes(drawn);
    if (old) {
      const had = old.contains(document.activeElement) ? document.activeElement : null;
      if (old.querySelector(".expanded")) drawn.querySelector(".text-long")?.classList.add("expanded");
      old.replaceWith(drawn);
      if (had) (sameControl(drawn, had) ?? drawn).focus({ preventScroll: true });
      return false;
    }
    const first = this.first;
    if (first && message.id < Number(first.dataset.id) && !this.isWhole && !message.isOlder) return false;
    const after = this.messages().findLast((one) => Number(one.dataset.id) < message.id);
    if (after) after.after(drawn);
    else this.list.prepend(drawn);
    return true;
  }

  dress(message) {
    for (const mention of message.querySelectorAll(`.mention[data-member="${state.member}"]`)) {
      mention.classList.add("mention-me");
      message.classList.add("message-for-me");
    }
  }

  // Whoever goes on within minutes is not named again; and each day is named once.
  group() {
    let before = null;
    for (const divider of this.list.querySelectorAll(":scope > .day")) divider.remove();
    for (const message of this.messages()) {
      const at = new Date(message.dataset.at);
      const isNewDay = !before || at.toDateString() !== new Date(before.dataset.at).toDateString();
      if (isNewDay && !this.inThread) message.before(divider(at));
      const goesOn = !isNewDay && !message.querySelector(".card") && before.dataset.author === message.dataset.author
        && before.matches(".message-private") === message.matches(".message-private")
        && at - new Date(before.dataset.at) < CLOSE;
      message.classList.toggle("goes-on", goesOn);
      before = message;
    }
  }

  shorten() {
    const messages = this.messages();
    if (messages.length <= MOST + 50 || this.inThread) return;
    for (const message of messages.slice(0, messages.length - MOST)) message.remove();
    this.isWhole = false;
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.isAtEnd) this.onNew?.([]);
    if (scrollTop < 400 && !this.isWhole && this.older && !this.isLoading) this.load();
  }

  async load() {
    this.isLoading = true;
    const { scrollHeight, scrollTop } = this.scroller;
    const page = await this.older(Number(this.first?.dataset.id));
    if (page) {
      this.isWhole = page.whole;
      for (const message of page.messages) this.draw({ ...message, isOlder: true });
      this.group();
      this.scroller.scrollTop = this.scroller.scrollHeight - scrollHeight + scrollTop;
    }
    this.isLoading = false;
  }
}

function divider(at) {
  const day = document.createElement("p");
  day.className = "day";
  const words = document.createElement("span");
  words.textContent = dayOf(at);
  day.append(words);
  return day;
}

function sameControl(drawn, had) {
  for (const name of ["action", "openThread", "menu", "more"]) {
    if (name in had.dataset) {
      return [...drawn.querySelectorAll("button")].find((one) => one.dataset[name] === had.dataset[name]);
    }
  }
  return null;
}
